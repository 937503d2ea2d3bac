import { chainedTexts, type StringColumn, type TextValues, textValues } from '@heartwood/event'

/** Marks the codes of single texts until all dictionaries are known. */
const SINGLE = 0x8000_0000

/**
 * Writes values into a text column; the column it started from is not changed. Dictionaries are taken over as they are,
 * without looking at their texts.
 */
export class TextFill {
  readonly #codes: Uint32Array
  readonly #dictionaries: TextValues[] = []
  readonly #bases: number[] = []
  #next = 0
  readonly #singles: string[] = ['']
  readonly #singleOf = new Map<string, number>()
  changed = false

  constructor(column: StringColumn | undefined, length: number) {
    this.#codes = column === undefined ? new Uint32Array(length) : column.codes.slice()
    if (column !== undefined) this.dictionary(column.values)
  }

  has(row: number): boolean {
    return this.#codes[row] !== 0
  }

  /** The text that a row has; '' for none. */
  textAt(row: number): string {
    const code = this.#codes[row] ?? 0
    if (code >= SINGLE) return this.#singles[code - SINGLE] ?? ''
    let at = this.#dictionaries.length - 1
    while (at > 0 && code <= (this.#bases[at] ?? 0)) at--
    return this.#dictionaries[at]?.at(code - (this.#bases[at] ?? 0)) ?? ''
  }

  /** Takes over the values of another column: their codes count from what this gives. */
  dictionary(values: TextValues): number {
    const base = this.#next
    this.#dictionaries.push(values)
    this.#bases.push(base)
    this.#next += values.length - 1
    return base
  }

  /** The code of a single text, for `set`; '' is no value. */
  code(value: string): number {
    if (value === '') return 0
    let single = this.#singleOf.get(value)
    if (single === undefined) {
      single = this.#singles.push(value) - 1
      this.#singleOf.set(value, single)
    }
    return SINGLE + single
  }

  set(row: number, code: number): void {
    this.#codes[row] = code
    this.changed = true
  }

  finish(): StringColumn {
    const codes = this.#codes
    if (this.#singles.length === 1) {
      const values =
        this.#dictionaries.length === 0 ? textValues(['']) : chainedTexts(this.#dictionaries).values
      return { type: 'string', codes, values }
    }
    const { values } = chainedTexts([...this.#dictionaries, textValues(this.#singles)])
    const base = this.#next
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row] ?? 0
      if (code >= SINGLE) codes[row] = code - SINGLE + base
    }
    return { type: 'string', codes, values }
  }
}
