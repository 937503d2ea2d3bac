import type { Query } from '../ast.ts'
import { parse } from '../parse.ts'
import { print } from '../print.ts'
import { looksLikeDatadog, readDatadog } from './datadog.ts'
import { looksLikeKql, readKql } from './kql.ts'
import { looksLikeLoki, readLoki } from './loki.ts'
import { looksLikeLucene, readLucene } from './lucene.ts'
import { askable, type Dialect, type Translation, type Understood, understood } from './translation.ts'

export type { Dialect, Translation } from './translation.ts'

/** A pasted query is not longer; what is, is text. */
const MAX_LENGTH = 5_000

/** From the one with the surest signs to the one with the fewest. */
const DIALECTS: readonly {
  readonly dialect: Dialect
  looksLike(bare: string): boolean
  read(text: string): Understood
}[] = [
  { dialect: 'Loki', looksLike: looksLikeLoki, read: readLoki },
  { dialect: 'Datadog', looksLike: looksLikeDatadog, read: readDatadog },
  { dialect: 'Lucene', looksLike: looksLikeLucene, read: readLucene },
  { dialect: 'KQL', looksLike: looksLikeKql, read: readKql },
]

/**
 * What a query of Kibana (KQL, Lucene), Datadog or Loki is called here. Undefined where the text shows no sign of another
 * language, or means the same as it stands.
 */
export function translate(text: string): Translation | undefined {
  if (text.length > MAX_LENGTH) return undefined
  // Quoted text says nothing of the language around it, but that there is some.
  const bare = text.replace(/"(?:[^"\\]|\\[\s\S])*"|`[^`]*`/g, '""')
  for (const { dialect, looksLike, read } of DIALECTS) {
    if (!looksLike(bare)) continue
    const found = understood(() => read(text))
    if (found !== undefined) return translated(dialect, text, found)
  }
  return undefined
}

function translated(dialect: Dialect, text: string, found: Understood): Translation | undefined {
  const lost = [...found.lost]
  const query = found.query === undefined ? undefined : askable(found.query, lost)
  const written = query === undefined ? '' : print(query)
  if (!parse(written).valid || (query === undefined && lost.length === 0)) return undefined
  const standing = parse(text)
  const isSame = query !== undefined && standing.valid && sameMeaning(standing.query, query)
  return isSame ? undefined : { dialect, text: written, lost }
}

function sameMeaning(a: Query, b: Query): boolean {
  return print(a) === print(b)
}
