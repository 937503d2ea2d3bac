import { type ColumnBuilder, type StringColumn, textValues } from '@heartwood/event'
import { ByteDictionary } from './byte-dictionary.ts'
import type { ByteStore } from './byte-store.ts'

/** A string column of at most `maxRows` rows that takes strings and the bytes of strings. */
export class StringWriter implements ColumnBuilder<string, StringColumn> {
  readonly #codes: Uint32Array<ArrayBuffer>
  readonly #dictionary: ByteDictionary

  constructor(store: ByteStore, maxRows: number) {
    this.#codes = new Uint32Array(maxRows)
    this.#dictionary = new ByteDictionary(store)
  }

  set(row: number, value: string): void {
    this.#codes[row] = this.#dictionary.codeOfText(value)
  }

  setBytes(row: number, address: number, length: number, hash: number): void {
    this.#codes[row] = this.#dictionary.codeOfBytes(address, length, hash)
  }

  finish(length: number): StringColumn {
    const codes = length === this.#codes.length ? this.#codes : this.#codes.slice(0, length)
    return { type: 'string', codes, values: textValues(this.#dictionary.values) }
  }
}
