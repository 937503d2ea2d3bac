import type { StringColumn, Utf8Values } from '@heartwood/event'
import type { EnvelopedLines } from './enveloped-lines.ts'
import type { Joined } from './open-events.ts'

/** The lines of text among the rows of a batch, and where they lie. */
export interface Lines {
  /** Undefined for a row that is no line of text. */
  at(row: number): Line | undefined
  isEnveloped(row: number): boolean
  /** Where the lines of an event lie one behind the other, with nothing but an LF between; undefined where they do not. */
  sideBySide(event: Joined): { readonly start: number; readonly end: number } | undefined
  /** The lines of an event with an LF between: CR and blank lines are left out, so that nothing depends on where lines lie. */
  joinedText(event: Joined): string
}

export interface Line {
  /** The bytes it lies in, from `start` to `end`. */
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** Whose line it is, as a JSON envelope says; undefined: the line itself may tell. */
  readonly source: string | undefined
}

/** Lines of text: messages, and what shippers' JSON holds. */
export function linesOfText(text: StringColumn | undefined, enveloped: EnvelopedLines | undefined): Lines {
  const texts = text === undefined ? undefined : new Texts(text)
  const inner = enveloped === undefined ? undefined : new Texts(enveloped.column)
  const isEnveloped = (row: number) => texts?.has(row) !== true
  const at = (row: number): Line | undefined => {
    if (texts?.has(row) === true) return { ...texts.at(row), source: undefined }
    const source = enveloped?.sourceOf(row)
    return source === undefined || inner === undefined ? undefined : { ...inner.at(row), source }
  }
  const of = (row: number) => (isEnveloped(row) ? inner : texts)
  return {
    at,
    isEnveloped,
    sideBySide({ first, rest }) {
      if (isEnveloped(first)) return undefined
      const begin = at(first)
      let end = begin?.end ?? 0
      for (const { row, from, glue } of rest) {
        const line = at(row)
        if (begin === undefined || line === undefined || from > 0 || glue === '') return undefined
        if (line.start !== end + 1 || line.bytes[end] !== LF) return undefined
        end = line.end
      }
      return begin && { start: begin.start, end }
    },
    joinedText({ first, rest }) {
      const begin = of(first)?.text(first, 0) ?? ''
      return rest.reduce(
        (whole, { row, from, glue }) => whole + glue + (of(row)?.text(row, from) ?? ''),
        begin,
      )
    },
  }
}

class Texts {
  readonly #codes: Uint32Array
  readonly #utf8: Utf8Values
  readonly #bytes: Buffer

  constructor(column: StringColumn) {
    this.#codes = column.codes
    this.#utf8 = column.values.utf8()
    const { bytes } = this.#utf8
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  has(row: number): boolean {
    return this.#codes[row] !== 0
  }

  /** Without the line end that Docker keeps. */
  at(row: number): { bytes: Buffer; start: number; end: number } {
    const code = this.#codes[row] ?? 0
    const start = this.#utf8.starts[code] ?? 0
    let end = start + (this.#utf8.lengths[code] ?? 0)
    while (end > start && isLineEndByte(this.#bytes[end - 1])) end--
    return { bytes: this.#bytes, start, end }
  }

  text(row: number, from: number): string {
    const { start, end } = this.at(row)
    return this.#bytes.toString('utf8', start + from, end)
  }
}

function isLineEndByte(byte: number | undefined): boolean {
  return byte === LF || byte === CR
}

const LF = 0x0a
const CR = 0x0d
