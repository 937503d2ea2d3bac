import { ByteDictionary, type ColumnBuilder, type StringColumn } from '@heartwood/event'
import type { ByteStore } from './byte-store.ts'

/** After so many codes it shows whether texts come back from row to row. */
const TRIAL = 1024
/** Where so many rows had a text of their own, looking up the others would cost more than it could save. */
const MOST = 0.875

/** A string column of at most `maxRows` rows that takes strings and the bytes of strings. */
export class StringWriter implements ColumnBuilder<string, StringColumn> {
  readonly #store: ByteStore
  readonly #codes: Uint32Array<ArrayBuffer>
  readonly #dictionary: ByteDictionary
  #values = 0
  #appends = false

  constructor(store: ByteStore, maxRows: number) {
    this.#store = store
    this.#codes = new Uint32Array(maxRows)
    this.#dictionary = new ByteDictionary(store, maxRows)
  }

  /** Whether texts are no longer looked up, so that their hash does not matter. */
  get appends(): boolean {
    return this.#appends
  }

  set(row: number, value: string): void {
    const used = this.#store.used
    const address = this.#store.put(value)
    const known = this.#dictionary.length
    this.setBytes(row, address, this.#store.length, this.#store.hash)
    if (this.#dictionary.length === known) this.#store.release(used)
  }

  setBytes(row: number, address: number, length: number, hash: number): void {
    if (this.#appends) {
      this.#codes[row] = this.#dictionary.append(address, length)
      return
    }
    const code = this.#dictionary.codeOf(address, length, hash)
    this.#codes[row] = code
    this.#values++
    if (code === TRIAL) this.#appends = TRIAL >= this.#values * MOST
  }

  finish(length: number): StringColumn {
    const codes = length === this.#codes.length ? this.#codes : this.#codes.slice(0, length)
    return { type: 'string', codes, values: this.#dictionary.values() }
  }
}
