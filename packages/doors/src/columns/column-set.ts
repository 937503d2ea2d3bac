import {
  type ArrayColumn,
  arrayColumnBuilder,
  type BooleanColumn,
  booleanColumnBuilder,
  type ColumnBuilder,
  type ColumnSet,
  type DoubleColumn,
  doubleColumnBuilder,
  type Int64Column,
  type Scalar,
  type TypedColumns,
} from '@heartwood/event'
import type { ByteStore } from './byte-store.ts'
import { int64Writer } from './int64-writer.ts'
import { StringWriter } from './string-writer.ts'

/** The columns of one attribute key. A row has a value in at most one of them: `lastRow` remembers. */
export interface KeyColumns {
  readonly key: string
  lastRow: number
  string?: StringWriter
  int64?: ColumnBuilder<number | bigint, Int64Column>
  double?: ColumnBuilder<number, DoubleColumn>
  boolean?: ColumnBuilder<boolean, BooleanColumn>
  array?: ColumnBuilder<readonly Scalar[], ArrayColumn>
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** Grows the attribute columns of a batch, within a cap on how many there may be. */
export class ColumnSetWriter {
  readonly #keys = new Map<string, KeyColumns>()
  readonly #maxColumns: number
  readonly #maxRows: number
  readonly #store: ByteStore
  #columns = 0

  constructor(maxColumns: number, maxRows: number, store: ByteStore) {
    this.#maxColumns = maxColumns
    this.#maxRows = maxRows
    this.#store = store
  }

  /** The columns of a key; the same object for the same key, whichever way an event nests it. */
  key(key: string): KeyColumns {
    let columns = this.#keys.get(key)
    if (columns === undefined) {
      columns = { key, lastRow: -1 }
      this.#keys.set(key, columns)
    }
    return columns
  }

  /** How many columns there are. */
  get columns(): number {
    return this.#columns
  }

  /** How many keys have been asked for. */
  get keys(): number {
    return this.#keys.size
  }

  /** Puts a value into its column; false where the row has the key already, or no more columns may be opened. */
  set(columns: KeyColumns, row: number, value: Scalar | readonly Scalar[]): boolean {
    if (columns.lastRow === row) return false
    switch (typeof value) {
      case 'string':
        return this.#setString(columns, row, value)
      case 'number':
        return this.setNumber(columns, row, value)
      case 'bigint':
        if (value < INT64_MIN || value > INT64_MAX) return this.#setString(columns, row, String(value))
        return this.#setInt64(columns, row, value)
      case 'boolean':
        if (columns.boolean === undefined && !this.#mayOpen()) return false
        columns.boolean ??= booleanColumnBuilder()
        columns.boolean.set(row, value)
        break
      case 'object':
        if (columns.array === undefined && !this.#mayOpen()) return false
        columns.array ??= arrayColumnBuilder()
        columns.array.set(row, value)
    }
    columns.lastRow = row
    return true
  }

  /** `set` for a number. */
  setNumber(columns: KeyColumns, row: number, value: number): boolean {
    if (columns.lastRow === row) return false
    if (Number.isSafeInteger(value)) return this.#setInt64(columns, row, value)
    // JSON can say 1e400, which no double holds.
    if (!Number.isFinite(value)) return this.#setString(columns, row, String(value))
    if (columns.double === undefined && !this.#mayOpen()) return false
    columns.double ??= doubleColumnBuilder()
    columns.double.set(row, value)
    columns.lastRow = row
    return true
  }

  /** `set` for the string whose bytes lie at `address` of the store. */
  setBytes(columns: KeyColumns, row: number, address: number, length: number, hash: number): boolean {
    if (columns.lastRow === row) return false
    if (columns.string === undefined && !this.#mayOpen()) return false
    columns.string ??= new StringWriter(this.#store, this.#maxRows)
    columns.string.setBytes(row, address, length, hash)
    columns.lastRow = row
    return true
  }

  finish(length: number): ColumnSet {
    const finished = new Map<string, TypedColumns>()
    for (const { key, string, int64, double, boolean, array } of this.#keys.values()) {
      if (!string && !int64 && !double && !boolean && !array) continue
      finished.set(key, {
        ...(string && { string: string.finish(length) }),
        ...(int64 && { int64: int64.finish(length) }),
        ...(double && { double: double.finish(length) }),
        ...(boolean && { boolean: boolean.finish(length) }),
        ...(array && { array: array.finish(length) }),
      })
    }
    return finished
  }

  #setString(columns: KeyColumns, row: number, value: string): boolean {
    if (columns.string === undefined && !this.#mayOpen()) return false
    columns.string ??= new StringWriter(this.#store, this.#maxRows)
    columns.string.set(row, value)
    columns.lastRow = row
    return true
  }

  #setInt64(columns: KeyColumns, row: number, value: number | bigint): boolean {
    if (columns.int64 === undefined && !this.#mayOpen()) return false
    columns.int64 ??= int64Writer(this.#maxRows)
    columns.int64.set(row, value)
    columns.lastRow = row
    return true
  }

  #mayOpen(): boolean {
    if (this.#columns >= this.#maxColumns) return false
    this.#columns++
    return true
  }
}
