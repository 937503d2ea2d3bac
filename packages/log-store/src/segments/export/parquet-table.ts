import { textValues } from '@heartwood/event'
import type { ColumnChunk } from '../parquet/column-chunk.ts'
import type { FileColumn, PhysicalType } from '../parquet/file-footer.ts'
import { booleanChunk, doubleChunk, int64Chunk } from '../parquet/number-chunk.ts'
import { ParquetFile } from '../parquet/parquet-file.ts'
import { textChunk } from '../parquet/text-chunk.ts'

/** What a column of a table holds: times are nanoseconds since 1970. */
export type TableColumnType = 'text' | 'time' | 'integer' | 'number' | 'boolean'

export interface TableColumn {
  readonly name: string
  readonly type: TableColumnType
}

/** A value of a column's type: a string, a bigint for times and integers, a number, a boolean; undefined for none. */
export type TableValue = string | bigint | number | boolean | undefined

const PHYSICAL_TYPES: Readonly<Record<TableColumnType, PhysicalType>> = {
  text: 'text',
  time: 'int64',
  integer: 'int64',
  number: 'double',
  boolean: 'boolean',
}

/** A table as a Parquet file for others to read, a row group at a time, of which nothing is kept but where it lies. */
export class ParquetTable {
  readonly #columns: readonly TableColumn[]
  readonly #file: ParquetFile

  constructor(columns: readonly TableColumn[]) {
    this.#columns = columns
    this.#file = new ParquetFile(columns.map(fileColumn))
  }

  /** The bytes of a row group with these rows (at least one), each a value a column. Throws for one of another type. */
  async rowGroup(rows: readonly (readonly TableValue[])[]): Promise<Uint8Array> {
    await this.#file.addRowGroup(rows.length, chunksOf(this.#columns, rows))
    return this.#file.take()
  }

  /** The bytes that end the file. */
  finish(): Uint8Array {
    return this.#file.finish()
  }
}

function fileColumn({ name, type }: TableColumn, index: number): FileColumn {
  const column = { id: index + 1, name, type: PHYSICAL_TYPES[type] }
  return type === 'time' ? { ...column, meaning: 'timestamp' } : column
}

async function* chunksOf(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableValue[])[],
): AsyncGenerator<() => ColumnChunk> {
  for (const [index, column] of columns.entries()) {
    yield () =>
      chunkOf(
        column,
        rows.map((row) => row[index]),
      )
  }
}

function chunkOf(column: TableColumn, values: readonly TableValue[]): ColumnChunk {
  switch (column.type) {
    case 'text':
      return textsChunk(values.map((value) => checked(column, value, isText)))
    case 'time':
    case 'integer': {
      const whole = values.map((value) => checked(column, value, isInt64))
      return int64Chunk(
        BigInt64Array.from(whole, (value) => value ?? 0n),
        marksOf(whole),
      )
    }
    case 'number': {
      const numbers = values.map((value) => checked(column, value, isNumber))
      return doubleChunk(
        Float64Array.from(numbers, (value) => value ?? 0),
        marksOf(numbers),
      )
    }
    case 'boolean':
      return booleanChunk(
        Uint8Array.from(values, (value) => {
          const flag = checked(column, value, isBoolean)
          return flag === undefined ? 0 : flag ? 2 : 1
        }),
      )
  }
}

function textsChunk(texts: readonly (string | undefined)[]): ColumnChunk {
  const distinct = ['']
  const codeOf = new Map<string, number>()
  const codes = Uint32Array.from(texts, (text) => {
    if (text === undefined) return 0
    const known = codeOf.get(text)
    if (known !== undefined) return known
    const code = distinct.push(text) - 1
    codeOf.set(text, code)
    return code
  })
  return textChunk({ codes, values: textValues(distinct), bloom: false }, 0, texts.length)
}

function marksOf(values: readonly unknown[]): Uint8Array {
  return Uint8Array.from(values, (value) => (value === undefined ? 0 : 1))
}

function checked<Value extends TableValue>(
  { name, type }: TableColumn,
  value: TableValue,
  is: (value: TableValue) => value is Value,
): Value | undefined {
  if (value === undefined || is(value)) return value
  throw new TypeError(`the column ${name} has the type ${type}, not that of ${String(value)}`)
}

function isText(value: TableValue): value is string {
  return typeof value === 'string'
}

function isInt64(value: TableValue): value is bigint {
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
}

function isNumber(value: TableValue): value is number {
  return typeof value === 'number'
}

function isBoolean(value: TableValue): value is boolean {
  return typeof value === 'boolean'
}
