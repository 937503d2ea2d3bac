import { viewOf } from './byte-words.ts'
import { eventId, INDEX_DIGITS } from './record.ts'
import type { TextValues, Utf8Values } from './text-values.ts'

/** Events of one queue record in a batch of several. */
export interface IdRun {
  readonly batchId: string
  readonly rows: number
}

/**
 * The ids of the events of some records, row after row: row r has the code r + 1. Made from batch id and index only when
 * they are asked for.
 * @param indexes of each row its index in its record
 */
export function eventIdValues(runs: readonly IdRun[], indexes: Uint32Array): TextValues {
  return new EventIds(runs, indexes)
}

class EventIds implements TextValues {
  readonly #runs: readonly IdRun[]
  readonly #indexes: Uint32Array
  #utf8: Utf8Values | undefined

  constructor(runs: readonly IdRun[], indexes: Uint32Array) {
    this.#runs = runs
    this.#indexes = indexes
  }

  get length(): number {
    return this.#indexes.length + 1
  }

  at(code: number): string {
    let row = code - 1
    for (const { batchId, rows } of row < 0 ? [] : this.#runs) {
      if (row < rows) return eventId(batchId, this.#indexes[code - 1] ?? 0)
      row -= rows
    }
    return ''
  }

  utf8(): Utf8Values {
    this.#utf8 ??= encode(this.#runs, this.#indexes)
    return this.#utf8
  }
}

const DASH = 0x2d
const ZERO = 0x30
/** What an index of 32 bits may have, and the dash. */
const MAX_SUFFIX = 11

function encode(runs: readonly IdRun[], indexes: Uint32Array): Utf8Values {
  const prefixes = runs.map(({ batchId }) => Buffer.from(batchId))
  const most = runs.reduce(
    (sum, { rows }, run) => sum + rows * ((prefixes[run]?.length ?? 0) + MAX_SUFFIX),
    0,
  )
  const bytes = Buffer.allocUnsafeSlow(most)
  const starts = new Uint32Array(indexes.length + 1)
  const lengths = new Uint32Array(indexes.length + 1)
  const words = viewOf(bytes)
  let at = 0
  let code = 1
  for (const [run, prefix] of prefixes.entries()) {
    const from = viewOf(prefix)
    const wholeWords = prefix.length & ~3
    for (const last = code + (runs[run]?.rows ?? 0); code < last; code++) {
      starts[code] = at
      let i = 0
      for (; i < wholeWords; i += 4) words.setInt32(at + i, from.getInt32(i, true), true)
      for (; i < prefix.length; i++) bytes[at + i] = prefix[i] ?? 0
      bytes[at + i] = DASH
      const end = putIndex(bytes, at + i + 1, indexes[code - 1] ?? 0)
      lengths[code] = end - at
      at = end
    }
  }
  return { bytes: bytes.subarray(0, at), starts, lengths }
}

/** Writes an index as `eventId` does; gives where it ends. */
function putIndex(bytes: Uint8Array, at: number, index: number): number {
  let digits = INDEX_DIGITS
  for (let limit = 10 ** INDEX_DIGITS; index >= limit; limit *= 10) digits++
  let rest = index
  for (let digit = at + digits - 1; digit >= at; digit--) {
    bytes[digit] = ZERO + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  return at + digits
}
