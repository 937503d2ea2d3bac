import { toLogJson } from '@heartwood/api'
import { exactJson, type LogEvent } from '@heartwood/event'
import { exportValue } from './export-columns.ts'

/** A JSON object a line: whole logs as the API writes them, or the chosen fields under their names. */
export async function* ndjson(
  pages: AsyncIterable<readonly LogEvent[]>,
  columns: readonly string[] | undefined,
): AsyncGenerator<Buffer> {
  const lineOf = (event: LogEvent) =>
    exactJson(columns === undefined ? toLogJson(event) : fields(event, columns))
  for await (const events of pages) {
    if (events.length > 0) yield Buffer.from(`${events.map(lineOf).join('\n')}\n`)
  }
}

/** Under a null prototype, because names come from clients and `__proto__` is one of them. */
function fields(event: LogEvent, columns: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null)
  for (const name of columns) values[name] = exportValue(event, name)
  return values
}
