import { hasAnyValue, type StringColumn } from '@heartwood/event'
import { TextFill } from '../text-fill.ts'
import { shiftedTexts } from './shifted-texts.ts'

/** What is left of the messages once their heads are read. */
export class LeftMessages {
  readonly #message: StringColumn
  readonly #codes: Uint32Array
  readonly #skipped: Uint32Array
  /** Rows may have the same text and yet keep it. */
  readonly #shifts: Uint8Array | undefined
  #shifted = false

  /** @param mixed whether some rows are left as they are, though others with the same text are not */
  constructor(message: StringColumn, mixed: boolean) {
    this.#message = message
    this.#codes = message.codes.slice()
    this.#skipped = new Uint32Array(message.values.length)
    this.#shifts = mixed ? new Uint8Array(message.codes.length) : undefined
  }

  /** The message of a row begins at byte `at` of the text with this code; undefined: it has none. */
  set(row: number, code: number, at: number | undefined): void {
    const length = this.#message.values.utf8().lengths[code] ?? 0
    if (at === undefined || at >= length) this.#codes[row] = 0
    else if (at > 0) {
      this.#skipped[code] = at
      this.#shifted = true
      if (this.#shifts !== undefined) this.#shifts[row] = 1
    }
  }

  /** The column; undefined where no row has a message any more. */
  finish(): StringColumn | undefined {
    const left: StringColumn = { ...this.#message, codes: this.#codes }
    if (!hasAnyValue(left)) return undefined
    if (!this.#shifted) return left
    const values = shiftedTexts(this.#message.values, this.#skipped)
    if (this.#shifts === undefined) return { ...left, values }
    const fill = new TextFill(left, this.#codes.length)
    const base = fill.dictionary(values)
    for (let row = 0; row < this.#codes.length; row++)
      if (this.#shifts[row] === 1) fill.set(row, base + (this.#codes[row] ?? 0))
    return fill.finish()
  }
}
