import { ByteDictionary, type ByteSource } from './byte-dictionary.ts'
import { copyBytes, hashBytes, viewOf } from './byte-words.ts'
import type { ArrayColumn, StringColumn } from './event-batch.ts'
import { type TextValues, utf8Values } from './text-values.ts'

/** A column of one batch and the row of the whole at which that batch begins. */
export interface TextPart {
  readonly column: StringColumn | ArrayColumn
  readonly start: number
}

interface Joined {
  readonly codes: Uint32Array
  readonly values: TextValues
}

/**
 * The column of all parts. Where values come back from row to row, they are made distinct; where most rows have one of
 * their own, that would cost more than it saves. Either way the texts are moved together: they are read in many orders
 * from now on, and what they came in (bodies with keys and all) can go.
 */
export function joinTexts(parts: readonly TextPart[], length: number): Joined {
  const rows = parts.reduce((sum, { column }) => sum + column.codes.length, 0)
  const values = parts.reduce((sum, { column }) => sum + column.values.length - 1, 0)
  // Far more values than rows: a choice of rows, most of whose values are no longer there.
  return values > rows / 2 && values <= rows * 2
    ? allValues(parts, length, values)
    : distinctValues(parts, length, values)
}

function allValues(parts: readonly TextPart[], length: number, count: number): Joined {
  const codes = new Uint32Array(length)
  const starts = new Uint32Array(count + 1)
  const lengths = new Uint32Array(count + 1)
  const utf8s = parts.map(({ column }) => column.values.utf8())
  const bytes = Buffer.allocUnsafeSlow(utf8s.reduce((sum, utf8) => sum + total(utf8.lengths), 0))
  const words = viewOf(bytes)
  let base = 0
  let at = 0
  for (const [part, { column, start }] of parts.entries()) {
    const utf8 = utf8s[part] ?? column.values.utf8()
    const from = viewOf(utf8.bytes)
    const size = column.values.length
    for (let code = 1; code < size; code++) {
      const textLength = utf8.lengths[code] ?? 0
      copyBytes(from, utf8.starts[code] ?? 0, words, at, textLength)
      starts[base + code] = at
      lengths[base + code] = textLength
      at += textLength
    }
    for (let row = 0; row < column.codes.length; row++) {
      const code = column.codes[row] ?? 0
      if (code !== 0) codes[start + row] = base + code
    }
    base += size - 1
  }
  return { codes, values: utf8Values({ bytes, starts, lengths }) }
}

function total(lengths: Uint32Array): number {
  let sum = 0
  for (let code = 0; code < lengths.length; code++) sum += lengths[code] ?? 0
  return sum
}

/** Values that no row has any more are left behind. */
function distinctValues(parts: readonly TextPart[], length: number, most: number): Joined {
  const codes = new Uint32Array(length)
  const texts = new GrowingBytes()
  const dictionary = new ByteDictionary(texts, most)
  for (const { column, start } of parts) {
    const utf8 = column.values.utf8()
    const words = viewOf(utf8.bytes)
    const known = new Uint32Array(column.values.length)
    for (let row = 0; row < column.codes.length; row++) {
      const from = column.codes[row] ?? 0
      if (from === 0) continue
      let code = known[from] ?? 0
      if (code === 0) {
        code = texts.codeIn(dictionary, words, utf8.starts[from] ?? 0, utf8.lengths[from] ?? 0)
        known[from] = code
      }
      codes[start + row] = code
    }
  }
  return { codes, values: dictionary.values() }
}

const FIRST_BYTES = 1024

/** The bytes of distinct texts. */
class GrowingBytes implements ByteSource {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  words = viewOf(this.bytes)
  #used = 0

  /** The code of a text, whose bytes stay here where it is new. */
  codeIn(dictionary: ByteDictionary, from: DataView, start: number, length: number): number {
    const place = this.#used
    if (place + length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(place + length, this.bytes.length * 2))
      this.bytes.copy(larger, 0, 0, place)
      this.bytes = larger
      this.words = viewOf(larger)
    }
    copyBytes(from, start, this.words, place, length)
    const known = dictionary.length
    const code = dictionary.codeOf(place, length, hashBytes(this.words, place, place + length))
    if (dictionary.length > known) this.#used = place + length
    return code
  }
}
