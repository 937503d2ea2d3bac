/** What the bytes of a text say of it: it stands in JSON as it is; with escapes; or somebody has to look at it as a string. */
export type Looks = 'plain' | 'escaped' | 'odd'

/** The first byte of U+FDD0, which parts one text into several for query-lang, and of few other characters. */
const PARTING = 0xef
const [SPACE, QUOTE, BACKSLASH] = [0x20, 0x22, 0x5c]

/** In each byte of a word. */
const FOUR = 0x01010101
const HIGH_BITS = 0x80808080 | 0
const [SPACES, QUOTES, BACKSLASHES, PARTINGS] = [SPACE, QUOTE, BACKSLASH, PARTING].map((byte) =>
  Math.imul(byte, FOUR),
) as [number, number, number, number]

/**
 * Looks at the UTF-8 of a text four bytes at a time: the bit tricks are "determine if a word has a zero byte" and "less than n" of
 * https://graphics.stanford.edu/~seander/bithacks.html.
 */
export function looksOf(words: DataView, start: number, length: number): Looks {
  const end = start + length
  let isEscaped = 0
  let at = start
  for (; at + 4 <= end; at += 4) {
    const word = words.getInt32(at, true)
    isEscaped |= ((word - SPACES) & ~word) | zeroBytes(word ^ QUOTES) | zeroBytes(word ^ BACKSLASHES)
    if ((zeroBytes(word ^ PARTINGS) & HIGH_BITS) !== 0) return 'odd'
  }
  isEscaped &= HIGH_BITS
  for (; at < end; at++) {
    const byte = words.getUint8(at)
    if (byte === PARTING) return 'odd'
    if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) isEscaped = 1
  }
  return isEscaped === 0 ? 'plain' : 'escaped'
}

/** A word in which the high bit of some byte is set if and only if a byte of the given is zero. */
function zeroBytes(word: number): number {
  return (word - FOUR) & ~word
}
