/**
 * Whether a word has a byte that ends a plain JSON string: a quote, a backslash or a control character. The classical
 * test for a zero byte (Mycroft), on the word with these bytes made zero; it is exact up to the first such byte.
 */
export function endsPlainText(word: number): boolean {
  const quote = word ^ 0x22222222
  const backslash = word ^ 0x5c5c5c5c
  const found =
    ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((word - 0x20202020) & ~word)
  return (found & HIGH_BITS) !== 0
}

const HIGH_BITS = 0x80808080 | 0
