import type { StringColumn } from '@heartwood/event'

/** Writes values into a text column, sharing its dictionary; the column it started from is not changed. */
export class TextFill {
  readonly #length: number
  readonly #codes: Uint32Array
  readonly #values: string[]
  readonly #codeOf = new Map<string, number>()
  changed = false

  constructor(column: StringColumn | undefined, length: number) {
    this.#length = length
    this.#codes = column === undefined ? new Uint32Array(length) : column.codes.slice()
    this.#values = column === undefined ? [''] : [...column.values]
    for (let code = 1; code < this.#values.length; code++) this.#codeOf.set(this.#values[code] ?? '', code)
  }

  get length(): number {
    return this.#length
  }

  has(row: number): boolean {
    return this.#codes[row] !== 0
  }

  at(row: number): number {
    return this.#codes[row] ?? 0
  }

  /** The code of a value, for `set`; '' is no value. */
  code(value: string): number {
    if (value === '') return 0
    let code = this.#codeOf.get(value)
    if (code === undefined) {
      code = this.#values.length
      this.#values.push(value)
      this.#codeOf.set(value, code)
    }
    return code
  }

  set(row: number, code: number): void {
    this.#codes[row] = code
    this.changed = true
  }

  finish(): StringColumn {
    return { type: 'string', codes: this.#codes, values: this.#values }
  }
}
