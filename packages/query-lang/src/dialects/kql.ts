import { plainField, readLuceneLike } from './lucene-like.ts'
import type { Understood } from './translation.ts'

/**
 * What only Kibana's query language has: a space behind or before the colon, and objects in braces.
 * @param bare the text without what stands in quotes
 */
export function looksLikeKql(bare: string): boolean {
  return /[\p{L}\p{N}_"*]\s*:\s+(?:[\p{L}\p{N}_"*(/-]|\{)|[\p{L}\p{N}_"]\s+:\s*\S|[\p{L}\p{N}_]:\{/u.test(
    bare,
  )
}

export function readKql(text: string): Understood {
  return readLuceneLike(text, { beside: 'or', anyCase: true, valuesOfWords: true, field: plainField })
}
