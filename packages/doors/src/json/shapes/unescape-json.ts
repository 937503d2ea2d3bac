import type { ByteStore } from '../../columns/byte-store.ts'
import { BACKSLASH } from '../../framing/bytes.ts'

/**
 * Stores the string whose JSON lies at `from` to `to` of the store (without its quotes) with its escapes resolved; gives its
 * address. Undefined where it is no JSON string, or has the escape of a lone surrogate, which the plain way repairs.
 */
export function unescapeJson(store: ByteStore, from: number, to: number): number | undefined {
  // Escapes only ever become shorter.
  const bytes = store.room(to - from)
  const start = store.used
  let length = start
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x20) return undefined
    if (byte !== BACKSLASH) {
      bytes[length++] = byte
      continue
    }
    at++
    const letter = at < to ? (bytes[at] ?? 0) : 0
    if (letter !== LETTER_U) {
      const plain = MEANING[letter] ?? 0
      if (plain === 0) return undefined
      bytes[length++] = plain
      continue
    }
    let point = at + 4 < to ? hexAt(bytes, at + 1) : -1
    at += 4
    if (point >= 0xd800 && point <= 0xdfff) {
      const low =
        bytes[at + 1] === BACKSLASH && bytes[at + 2] === LETTER_U && at + 6 < to ? hexAt(bytes, at + 3) : -1
      if (point >= 0xdc00 || low < 0xdc00 || low > 0xdfff) return undefined
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00)
      at += 6
    }
    if (point < 0) return undefined
    length = putUtf8(bytes, length, point)
  }
  return store.end(start, length)
}

/** Writes a code point at `at`; gives where it ends. */
function putUtf8(bytes: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    bytes[at] = point
    return at + 1
  }
  const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3
  // 110xxxxx, 1110xxxx or 11110xxx, then 10xxxxxx each (RFC 3629).
  bytes[at] = ((0xf00 >> (more + 1)) & 0xff) | (point >> (6 * more))
  for (let i = 1; i <= more; i++) bytes[at + i] = 0x80 | ((point >> (6 * (more - i))) & 0x3f)
  return at + more + 1
}

/** The number of four hexadecimal digits, or -1. */
function hexAt(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let i = at; i < at + 4; i++) {
    const digit = HEX[bytes[i] ?? 0] ?? -1
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

const LETTER_U = 0x75
/** What the letter behind a backslash stands for; 0 where it stands for nothing. */
const MEANING = new Uint8Array(256)
for (const [letter, meaning] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [
  ...pair,
]))
  MEANING[letter?.charCodeAt(0) ?? 0] = meaning?.charCodeAt(0) ?? 0
const HEX = new Int8Array(256).fill(-1)
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}
