import { fold, WORD_RANGES } from '@heartwood/query-lang'

/**
 * Analysis whose tokens are query-lang's words: a run of word characters, each folded by a rule of its own, so that no
 * Unicode table of Elasticsearch's Java takes part. What is longer than `MAX_WORD` is cut, and its event marked.
 */
export const WORDS_ANALYZER = 'heartwood_words'

/** UTF-16 units of a word that the index has; Lucene takes 32,766 bytes. */
export const MAX_WORD = 8191

export function wordsAnalysis() {
  return {
    char_filter: { heartwood_fold: { type: 'mapping', mappings: foldMappings() } },
    tokenizer: { heartwood_words: { type: 'simple_pattern', pattern: wordPattern() } },
    filter: { heartwood_longest_word: { type: 'truncate', length: MAX_WORD } },
    analyzer: {
      [WORDS_ANALYZER]: {
        type: 'custom',
        char_filter: ['heartwood_fold'],
        tokenizer: 'heartwood_words',
        filter: ['heartwood_longest_word'],
      },
    },
  } as const
}

/** A rule for each code point that folding changes. */
function foldMappings(): string[] {
  const mappings: string[] = []
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint >= 0xd800 && codePoint < 0xe000) continue
    const character = String.fromCodePoint(codePoint)
    // Most have no case at all, and fold() remembers what it was asked.
    if (character.toLowerCase() === character && character.toUpperCase() === character) continue
    const folded = fold(character)
    if (folded !== character) mappings.push(`${character} => ${folded}`)
  }
  return mappings
}

function wordPattern(): string {
  const ranges = WORD_RANGES.map(([first, last]) =>
    first === last
      ? String.fromCodePoint(first)
      : `${String.fromCodePoint(first)}-${String.fromCodePoint(last)}`,
  )
  return `[${ranges.join('')}]+`
}
