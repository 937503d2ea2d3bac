import { type StringColumn, textValues } from '@heartwood/event'

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
    this.#values = ['']
    for (let code = 1; code < (column?.values.length ?? 0); code++) this.#know(column?.values.at(code) ?? '')
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
    return this.#codeOf.get(value) ?? this.#know(value)
  }

  #know(value: string): number {
    const code = this.#values.push(value) - 1
    this.#codeOf.set(value, code)
    return code
  }

  set(row: number, code: number): void {
    this.#codes[row] = code
    this.changed = true
  }

  finish(): StringColumn {
    return { type: 'string', codes: this.#codes, values: textValues(this.#values) }
  }
}
