/** ASCII in UTF-8, looked at without making a string. */

export const SPACE = 0x20
export const QUOTE = 0x22
export const APOSTROPHE = 0x27
export const DASH = 0x2d
export const COLON = 0x3a
export const EQUALS = 0x3d
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d

/** Tab, line feed, vertical tab, form feed, carriage return, space. */
export function isAsciiSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d)
}

/** Part of a character that ASCII does not have, white space among them. */
export function isBeyondAscii(byte: number): boolean {
  return byte >= 0x80
}

/** Whether these lower-case letters, in any case, are the last before `end`. */
export function endsWith(bytes: Uint8Array, start: number, end: number, letters: Uint8Array): boolean {
  const first = end - letters.length
  if (first < start) return false
  for (let i = 0; i < letters.length; i++) if (((bytes[first + i] ?? 0) | 0x20) !== letters[i]) return false
  return true
}

/**
 * Where the name ends whose `=` or `:` stands at `mark`, behind a quote and a white space at most. -1 where the white space
 * may be one that ASCII does not have.
 */
export function nameEnd(bytes: Uint8Array, start: number, mark: number): number {
  let end = mark
  if (end > start && isBeyondAscii(bytes[end - 1] ?? 0)) return -1
  if (end > start && isAsciiSpace(bytes[end - 1] ?? 0)) end--
  if (end > start && (bytes[end - 1] === QUOTE || bytes[end - 1] === APOSTROPHE)) end--
  return end
}

/** Whether a word of four bytes has an `=`; if it has none, false is sure. */
export function hasEquals(word: number): boolean {
  const equals = word ^ 0x3d3d3d3d
  return ((equals - 0x01010101) & ~equals & HIGH_BITS) !== 0
}

/** Whether a word of four bytes has a part of a character that ASCII does not have. */
export function hasBeyondAscii(word: number): boolean {
  return (word & HIGH_BITS) !== 0
}

/** Whether a word of four bytes has one of `=`, `:` and `-`: the test for a zero byte, as for the end of plain JSON text. */
export function hasMark(word: number): boolean {
  const equals = word ^ 0x3d3d3d3d
  const colon = word ^ 0x3a3a3a3a
  const dash = word ^ 0x2d2d2d2d
  const found =
    ((equals - 0x01010101) & ~equals) | ((colon - 0x01010101) & ~colon) | ((dash - 0x01010101) & ~dash)
  return (found & HIGH_BITS) !== 0
}

const HIGH_BITS = 0x80808080 | 0
