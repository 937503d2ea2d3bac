import { ByteDictionary, type ByteSource } from './byte-dictionary.ts'
import { hashBytes, viewOf } from './byte-words.ts'
import type { ArrayColumn, EventBatch, StringColumn } from './event-batch.ts'
import { type TextValues, utf8Values } from './text-values.ts'

type TextColumn = StringColumn | ArrayColumn

/** A column of one batch and the row of the whole at which that batch begins. */
export interface TextPart {
  readonly column: TextColumn
  readonly start: number
}

/**
 * The bytes of the texts of several batches, in one buffer. Many columns lie in the same bytes, those of the bodies they
 * came in; each of these is copied once, as it is.
 */
export class JoinedBytes implements ByteSource {
  readonly bytes: Buffer
  readonly words: DataView
  readonly #places = new Map<Uint8Array, number>()

  constructor(batches: readonly EventBatch[]) {
    let length = 0
    for (const { values } of batches.flatMap((batch) => [...textColumnsOf(batch)])) {
      const { bytes } = values.utf8()
      if (this.#places.has(bytes)) continue
      this.#places.set(bytes, length)
      length += bytes.length
    }
    this.bytes = Buffer.allocUnsafeSlow(length)
    this.words = viewOf(this.bytes)
    for (const [bytes, place] of this.#places) this.bytes.set(bytes, place)
  }

  /** Where the bytes of some values begin. */
  placeOf(values: TextValues): number {
    return this.#places.get(values.utf8().bytes) ?? 0
  }
}

function* textColumnsOf(batch: EventBatch): Generator<TextColumn> {
  yield batch.id
  yield* batch.text.values()
  for (const set of [batch.attributes, batch.resource]) {
    for (const { string, array } of set.values()) {
      if (string !== undefined) yield string
      if (array !== undefined) yield array
    }
  }
}

/**
 * The column of all parts. Where values come back from row to row, they are made distinct; where most rows have one of
 * their own, that would cost more than it saves.
 */
export function joinTexts(
  parts: readonly TextPart[],
  length: number,
  joined: JoinedBytes,
): { codes: Uint32Array; values: TextValues } {
  const rows = parts.reduce((sum, { column }) => sum + column.codes.length, 0)
  const values = parts.reduce((sum, { column }) => sum + column.values.length - 1, 0)
  // Far more values than rows: a choice of rows, most of whose values are no longer there.
  return values > rows / 2 && values <= rows * 2
    ? allValues(parts, length, values + 1, joined)
    : distinctValues(parts, length, joined)
}

function allValues(
  parts: readonly TextPart[],
  length: number,
  size: number,
  joined: JoinedBytes,
): { codes: Uint32Array; values: TextValues } {
  const codes = new Uint32Array(length)
  const starts = new Uint32Array(size)
  const lengths = new Uint32Array(size)
  let base = 0
  for (const { column, start } of parts) {
    const utf8 = column.values.utf8()
    const place = joined.placeOf(column.values)
    const { length: count } = column.values
    for (let code = 1; code < count; code++) {
      starts[base + code] = (utf8.starts[code] ?? 0) + place
      lengths[base + code] = utf8.lengths[code] ?? 0
    }
    for (let row = 0; row < column.codes.length; row++) {
      const code = column.codes[row] ?? 0
      if (code !== 0) codes[start + row] = base + code
    }
    base += count - 1
  }
  return { codes, values: utf8Values({ bytes: joined.bytes, starts, lengths }) }
}

/** Values that no row has any more are left behind. */
function distinctValues(
  parts: readonly TextPart[],
  length: number,
  joined: JoinedBytes,
): { codes: Uint32Array; values: TextValues } {
  const codes = new Uint32Array(length)
  const dictionary = new ByteDictionary(joined)
  for (const { column, start } of parts) {
    const utf8 = column.values.utf8()
    const place = joined.placeOf(column.values)
    const known = new Uint32Array(column.values.length)
    for (let row = 0; row < column.codes.length; row++) {
      const from = column.codes[row] ?? 0
      if (from === 0) continue
      let code = known[from] ?? 0
      if (code === 0) {
        const at = (utf8.starts[from] ?? 0) + place
        const size = utf8.lengths[from] ?? 0
        code = dictionary.codeOf(at, size, hashBytes(joined.words, at, at + size))
        known[from] = code
      }
      codes[start + row] = code
    }
  }
  return { codes, values: dictionary.values() }
}
