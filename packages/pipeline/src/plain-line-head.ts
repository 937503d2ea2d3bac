import { viewOf } from '@heartwood/event'
import { COLON, EQUALS, endsWith, hasBeyondAscii, hasMark, nameEnd, SPACE } from './ascii-bytes.ts'
import { SURE_WORDS, severityOfSureWord } from './level/words.ts'
import { PlainIso } from './time/plain-iso.ts'

/** The level is looked for in so many UTF-16 units behind the time, and each is three bytes at most. */
const REACH = 256
const REACH_BYTES = 3 * REACH

/**
 * Reads the commonest start of a line from its bytes: an ISO time, a space, and the level as a sure word in capitals or in
 * brackets, `2024-05-01T10:11:12.5Z INFO ...`, `2024-05-01 10:11:12,123 [warn] ...`. What it can read, the general way
 * reads alike.
 */
export class PlainLineHead {
  readonly time = new PlainIso()
  readonly #bytes: Uint8Array
  readonly #words: DataView

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#words = viewOf(bytes)
  }

  /** Reads `time` and gives the severity; undefined where the line begins otherwise. */
  read(start: number, end: number): number | undefined {
    const bytes = this.#bytes
    const timeEnd = this.time.read(bytes, start, end)
    if (timeEnd === -1 || timeEnd >= end || bytes[timeEnd] !== SPACE) return undefined
    let at = timeEnd
    while (at < end && bytes[at] === SPACE) at++
    const severity = severityAt(bytes, at, end)
    // `level=...` further on would count more than a word.
    return severity === undefined || this.#mayNameLevel(timeEnd, end) ? undefined : severity
  }

  #mayNameLevel(start: number, end: number): boolean {
    let last = Math.min(end, start + REACH)
    let at = start
    for (; at + 4 <= last; at += 4) {
      const word = this.#words.getInt32(at, true)
      if (hasBeyondAscii(word)) last = Math.min(end, start + REACH_BYTES)
      if (!hasMark(word)) continue
      for (let i = at; i < at + 4; i++) if (this.#namesLevel(start, i)) return true
    }
    for (last = Math.min(end, last + 4); at < last; at++) if (this.#namesLevel(start, at)) return true
    return false
  }

  #namesLevel(start: number, at: number): boolean {
    const mark = this.#bytes[at]
    if (mark !== EQUALS && mark !== COLON) return false
    const end = nameEnd(this.#bytes, start, at)
    return end === -1 || LEVEL_NAMES.some((letters) => endsWith(this.#bytes, start, end, letters))
  }
}

/** The severity of the sure word in capitals or brackets that stands at `at`. */
function severityAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  const bracketed = bytes[at] === OPEN_BRACKET || bytes[at] === OPEN_PARENTHESIS
  const start = bracketed ? at + 1 : at
  let stop = start
  while (stop < end && stop - start <= LONGEST && IS_LETTER[bytes[stop] ?? 0] === 1) stop++
  if (stop === start || stop - start > LONGEST) return undefined
  const after = stop < end ? (bytes[stop] ?? 0) : SPACE
  if (bracketed ? after !== CLOSE_BRACKET && after !== CLOSE_PARENTHESIS : IN_WORD[after] === 1)
    return undefined
  let hash = 0
  for (let i = start; i < stop; i++) {
    const byte = bytes[i] ?? 0
    if (!bracketed && byte >= LOWER_A) return undefined
    hash = Math.imul(hash, 31) + (byte | 0x20)
  }
  const known = BY_HASH.get(hash)
  return known !== undefined &&
    endsWith(bytes, start, stop, known.letters) &&
    known.letters.length === stop - start
    ? known.severity
    : undefined
}

const LEVEL_NAMES = ['level', 'lvl', 'severity'].map((name) => Buffer.from(name))
const LONGEST = Math.max(...SURE_WORDS.map(({ length }) => length))
const BY_HASH = new Map(
  SURE_WORDS.map((word) => {
    const letters = Buffer.from(word)
    const hash = letters.reduce((sum, byte) => Math.imul(sum, 31) + byte, 0)
    return [hash, { letters, severity: severityOfSureWord(word) }]
  }),
)
const OPEN_PARENTHESIS = 0x28
const CLOSE_PARENTHESIS = 0x29
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const LOWER_A = 0x61
const IS_LETTER = new Uint8Array(256)
const IN_WORD = new Uint8Array(256)
for (let byte = 0; byte < 128; byte++) {
  IS_LETTER[byte] = /[A-Za-z]/.test(String.fromCharCode(byte)) ? 1 : 0
  IN_WORD[byte] = /\w/.test(String.fromCharCode(byte)) ? 1 : 0
}
