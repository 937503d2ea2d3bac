import { words } from '@heartwood/query-lang'
import { BEYOND_ASCII, newPairs, PAIR_SHIFT } from './letter-pairs.ts'
import { HASH_START, wordTerm } from './term-hash.ts'
import type { TermList } from './term-list.ts'

const PRIME = 0x01000193

/** Of each byte: the folded byte where it is an ASCII word character, 0 where it separates, NOT_ASCII above. */
const NOT_ASCII = 0xff
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return NOT_ASCII
  const [word] = words(String.fromCharCode(byte))
  return word === undefined ? 0 : word.charCodeAt(0)
})

// A leading U+FEFF is a character like any other.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Nothing is done with the pairs of what is not looked for by its letters. */
const NOWHERE = newPairs()

/**
 * Adds the words of a text, given as UTF-8, as query-lang's `words` cuts and folds them. Folding and cutting go by
 * single code points, so each run between ASCII separators can be taken alone: in ASCII on the bytes, otherwise by
 * `words` itself. In `pairs` it marks which letters follow each other in words that the terms did not have a moment ago:
 * for pairs of its own a column begins with terms that have forgotten those before it.
 */
export function addWords(
  terms: TermList,
  bytes: Uint8Array,
  from: number,
  to: number,
  pairs: Uint8Array = NOWHERE,
): void {
  let at = from
  while (at < to) {
    let folded = FOLDED[bytes[at] ?? 0] ?? 0
    if (folded === 0) {
      at++
      continue
    }
    const start = at
    let hash = HASH_START
    while (folded !== 0 && folded !== NOT_ASCII) {
      hash = Math.imul(hash ^ folded, PRIME)
      if (++at === to) break
      folded = FOLDED[bytes[at] ?? 0] ?? 0
    }
    if (at < to && folded === NOT_ASCII) {
      at = endOfRun(bytes, at, to)
      pairs[BEYOND_ASCII] = 1
      for (const word of words(utf8.decode(bytes.subarray(start, at)))) terms.add(wordTerm(word))
    } else if (terms.add(hash)) markPairs(pairs, bytes, start, at)
  }
}

/** Of a word in ASCII. Most words came a moment ago, and their pairs with them. */
function markPairs(pairs: Uint8Array, bytes: Uint8Array, from: number, to: number): void {
  let before = 0
  for (let at = from; at < to; at++) {
    const folded = FOLDED[bytes[at] ?? 0] ?? 0
    pairs[(before << PAIR_SHIFT) | folded] = 1
    before = folded
  }
}

function endOfRun(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && FOLDED[bytes[at] ?? 0] !== 0) at++
  return at
}
