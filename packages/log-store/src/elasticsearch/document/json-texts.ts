import { type TextValues, type Utf8Values, viewOf } from '@heartwood/event'
import { MAX_TERM_TEXT } from '@heartwood/query-lang'
import type { JsonBytes } from './json-bytes.ts'
import { type Looks, looksOf } from './looks-of-bytes.ts'

/** The values of a column as strings in JSON, mostly by their bytes. What comes back from row to row is looked at once. */
export class JsonTexts {
  readonly #values: TextValues
  readonly #utf8: Utf8Values
  readonly #words: DataView
  readonly #looks: Uint8Array

  constructor(values: TextValues) {
    this.#values = values
    this.#utf8 = values.utf8()
    this.#words = viewOf(this.#utf8.bytes)
    this.#looks = new Uint8Array(values.length)
  }

  /** Bytes of UTF-8. */
  length(code: number): number {
    return this.#utf8.lengths[code] ?? 0
  }

  /** Whether a value may be too long for an index, or several texts in one: text-limits.ts says so for certain. */
  isOdd(code: number): boolean {
    return this.length(code) > MAX_TERM_TEXT || this.#looksOf(code) === 'odd'
  }

  text(code: number): string {
    return this.#values.at(code)
  }

  /** Writes a value, in its quotes. */
  write(code: number, into: JsonBytes): void {
    if (this.#looksOf(code) === 'plain')
      into.quoted(this.#words, this.#utf8.starts[code] ?? 0, this.#utf8.lengths[code] ?? 0)
    else into.text(JSON.stringify(this.#values.at(code)))
  }

  #looksOf(code: number): Looks {
    const known = LOOKS[this.#looks[code] ?? 0]
    if (known !== undefined) return known
    const looks = looksOf(this.#words, this.#utf8.starts[code] ?? 0, this.#utf8.lengths[code] ?? 0)
    this.#looks[code] = LOOKS.indexOf(looks)
    return looks
  }
}

/** By number; 0 is what was not looked at. */
const LOOKS: readonly (Looks | undefined)[] = [undefined, 'plain', 'escaped', 'odd']
