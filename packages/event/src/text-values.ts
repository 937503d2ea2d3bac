/**
 * The values of a dictionary-coded column, by code. Most are only ever moved and compared as bytes, from the body they
 * came in to the file they are stored in; a string is made of one where somebody asks for it. Values need not be distinct.
 */
export interface TextValues {
  /** Codes given out, the 0 of "no value" included. */
  readonly length: number
  /** The text of a code, made when it is asked for; '' for code 0. */
  at(code: number): string
  /** Every value as well-formed UTF-8 in one buffer, by code; not to be written to. */
  utf8(): Utf8Values
}

/** Texts by code: value c lies at `bytes[starts[c]]` for `lengths[c]` bytes. */
export interface Utf8Values {
  readonly bytes: Uint8Array
  readonly starts: Uint32Array
  readonly lengths: Uint32Array
}

/**
 * The values of a dictionary of strings, which must not change any more; `strings[0]` stands for no value. Halves of
 * surrogate pairs, which UTF-8 cannot say, become U+FFFD, so that text and bytes of a value are the same.
 */
export function textValues(strings: readonly string[]): TextValues {
  return new StringTexts(strings)
}

/** The values whose bytes these are: well-formed UTF-8, as the caller sees to. Nothing is copied. */
export function utf8Values(utf8: Utf8Values): TextValues {
  return new Utf8Texts(utf8)
}

const isWellFormed = (text: string): boolean => text.isWellFormed()

class StringTexts implements TextValues {
  readonly #strings: readonly string[]
  #utf8: Utf8Values | undefined

  constructor(strings: readonly string[]) {
    this.#strings = strings.every(isWellFormed) ? strings : strings.map((text) => text.toWellFormed())
  }

  get length(): number {
    return this.#strings.length
  }

  at(code: number): string {
    return code === 0 ? '' : (this.#strings[code] ?? '')
  }

  utf8(): Utf8Values {
    this.#utf8 ??= encode(this.#strings)
    return this.#utf8
  }
}

class Utf8Texts implements TextValues {
  readonly #utf8: Utf8Values
  readonly #buffer: Buffer

  constructor(utf8: Utf8Values) {
    const { bytes } = utf8
    this.#utf8 = utf8
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get length(): number {
    return this.#utf8.starts.length
  }

  at(code: number): string {
    if (code === 0) return ''
    const start = this.#utf8.starts[code] ?? 0
    return this.#buffer.toString('utf8', start, start + (this.#utf8.lengths[code] ?? 0))
  }

  utf8(): Utf8Values {
    return this.#utf8
  }
}

function encode(strings: readonly string[]): Utf8Values {
  const starts = new Uint32Array(strings.length)
  const lengths = new Uint32Array(strings.length)
  let units = 0
  for (let code = 1; code < strings.length; code++) units += strings[code]?.length ?? 0
  // A UTF-16 unit becomes three bytes at most.
  let bytes = Buffer.allocUnsafeSlow(units)
  let end = 0
  for (let code = 1; code < strings.length; code++) {
    const text = strings[code] ?? ''
    units -= text.length
    if (end + text.length * 3 + units > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, end + text.length * 3 + units))
      bytes.copy(larger, 0, 0, end)
      bytes = larger
    }
    starts[code] = end
    const written = bytes.write(text, end, 'utf8')
    lengths[code] = written
    end += written
  }
  return { bytes: bytes.subarray(0, end), starts, lengths }
}

/** What `read` makes of each value, by code; undefined for code 0. */
export function perValue<T>(values: TextValues, read: (text: string) => T): (T | undefined)[] {
  const results = new Array<T | undefined>(values.length)
  results[0] = undefined
  for (let code = 1; code < values.length; code++) results[code] = read(values.at(code))
  return results
}
