import { plainField, readLuceneLike } from './lucene-like.ts'
import { fieldExists, not, type Understood } from './translation.ts'

/**
 * What only Lucene's query syntax (Elasticsearch, OpenSearch, Graylog) has: ranges, `_exists_`, `+must`, fuzzy words, boosts.
 * @param bare the text without what stands in quotes
 */
export function looksLikeLucene(bare: string): boolean {
  return (
    /[^\s:]:\s*[[{]\s*\S+\s+TO\s+\S+\s*[\]}]/.test(bare) ||
    /(?:^|[\s(!-])(?:_(?:exists|missing)_:|\*:\*)/.test(bare) ||
    /(?:^|[\s(])\+[\p{L}_("]/u.test(bare) ||
    /(?:\p{L}\p{L}|")~\d?(?:[\s)]|$)/u.test(bare) ||
    /[\p{L}\p{N}")]\^\d+(?:\.\d+)?(?:[\s)]|$)/u.test(bare)
  )
}

export function readLucene(text: string): Understood {
  return readLuceneLike(text, {
    beside: 'or',
    anyCase: false,
    valuesOfWords: false,
    field(name, value) {
      if (value.kind === 'word' && name === '_exists_') return fieldExists(value.text)
      if (value.kind === 'word' && name === '_missing_') return not(fieldExists(value.text))
      return plainField(name, value)
    },
  })
}
