import type { LogEvent } from '@heartwood/event'
import { ParquetTable, type TableColumn, type TableValue } from '@heartwood/log-store'
import { tableValue } from './export-columns.ts'

/** A row group is held until it is full: of so many rows, or of about so much text. */
const GROUP_ROWS = 32_768
const GROUP_CHARACTERS = 16 * 1024 * 1024

/** A Parquet file, a row group at a time. */
export async function* parquet(
  pages: AsyncIterable<readonly LogEvent[]>,
  columns: readonly TableColumn[],
): AsyncGenerator<Uint8Array> {
  const table = new ParquetTable(columns)
  let rows: TableValue[][] = []
  let characters = 0
  for await (const events of pages) {
    for (const event of events) {
      const row = columns.map((column) => tableValue(event, column))
      rows.push(row)
      for (const value of row) characters += typeof value === 'string' ? value.length : 0
    }
    if (rows.length < GROUP_ROWS && characters < GROUP_CHARACTERS) continue
    yield await table.rowGroup(rows)
    rows = []
    characters = 0
  }
  if (rows.length > 0) yield await table.rowGroup(rows)
  yield table.finish()
}
