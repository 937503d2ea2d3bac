import {
  type ArrayColumn,
  type BooleanColumn,
  type Column,
  type DoubleColumn,
  exactJson,
  type Int64Column,
  type StringColumn,
} from './event-batch.ts'
import type { Scalar } from './log-event.ts'
import { type TextValues, textValues } from './text-values.ts'

/** Grows one column row by row; rows that are skipped have no value. `finish(length)` closes it at `length` rows. */
export interface ColumnBuilder<Value, Built extends Column> {
  set(row: number, value: Value): void
  finish(length: number): Built
}

/** A typed array at least `needed` long that keeps what it holds; doubles, so that growing is cheap on average. */
function grown<T extends Uint32Array | Uint8Array | Float64Array | BigInt64Array>(
  array: T,
  needed: number,
  make: (length: number) => T,
): T {
  if (needed <= array.length) return array
  const larger = make(Math.max(needed, array.length * 2, 64))
  larger.set(array as never)
  return larger
}

class DictionaryBuilder {
  #codes = new Uint32Array(0)
  readonly #values: string[] = ['']
  readonly #codeOf = new Map<string, number>()

  set(row: number, value: string): void {
    let code = this.#codeOf.get(value)
    if (code === undefined) {
      code = this.#values.length
      this.#values.push(value)
      this.#codeOf.set(value, code)
    }
    this.#codes = grown(this.#codes, row + 1, (n) => new Uint32Array(n))
    this.#codes[row] = code
  }

  finish(length: number): { codes: Uint32Array; values: TextValues } {
    return {
      codes: grown(this.#codes, length, (n) => new Uint32Array(n)).slice(0, length),
      values: textValues(this.#values),
    }
  }
}

export function stringColumnBuilder(): ColumnBuilder<string, StringColumn> {
  const dictionary = new DictionaryBuilder()
  return {
    set: (row, value) => dictionary.set(row, value),
    finish: (length) => ({ type: 'string', ...dictionary.finish(length) }),
  }
}

export function arrayColumnBuilder(): ColumnBuilder<readonly Scalar[], ArrayColumn> {
  const dictionary = new DictionaryBuilder()
  return {
    set: (row, value) => dictionary.set(row, exactJson(value)),
    finish: (length) => ({ type: 'array', ...dictionary.finish(length) }),
  }
}

export function int64ColumnBuilder(): ColumnBuilder<bigint, Int64Column> {
  let present = new Uint8Array(0)
  let values = new BigInt64Array(0)
  return {
    set(row, value) {
      present = grown(present, row + 1, (n) => new Uint8Array(n))
      values = grown(values, row + 1, (n) => new BigInt64Array(n))
      present[row] = 1
      values[row] = value
    },
    finish: (length) => ({
      type: 'int64',
      present: grown(present, length, (n) => new Uint8Array(n)).slice(0, length),
      values: grown(values, length, (n) => new BigInt64Array(n)).slice(0, length),
    }),
  }
}

export function doubleColumnBuilder(): ColumnBuilder<number, DoubleColumn> {
  let present = new Uint8Array(0)
  let values = new Float64Array(0)
  return {
    set(row, value) {
      present = grown(present, row + 1, (n) => new Uint8Array(n))
      values = grown(values, row + 1, (n) => new Float64Array(n))
      present[row] = 1
      values[row] = value
    },
    finish: (length) => ({
      type: 'double',
      present: grown(present, length, (n) => new Uint8Array(n)).slice(0, length),
      values: grown(values, length, (n) => new Float64Array(n)).slice(0, length),
    }),
  }
}

export function booleanColumnBuilder(): ColumnBuilder<boolean, BooleanColumn> {
  let values = new Uint8Array(0)
  return {
    set(row, value) {
      values = grown(values, row + 1, (n) => new Uint8Array(n))
      values[row] = value ? 2 : 1
    },
    finish: (length) => ({
      type: 'boolean',
      values: grown(values, length, (n) => new Uint8Array(n)).slice(0, length),
    }),
  }
}
