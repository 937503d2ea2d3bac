import { fieldTarget, type Nanos } from '@heartwood/event'
import { compileBatchPredicate, type Query, requiredText } from '@heartwood/query-lang'
import type { GroupBatch } from '../fetch/group-batch.ts'
import { rowsWithText } from '../fetch/row-texts.ts'

/** Picks out of some rows (rising) of a row group those that match. */
export type RowMatcher = (batch: GroupBatch, rows: Uint32Array) => Uint32Array

/**
 * Finds the matching rows of a row group in its columns, without DuckDB; undefined for a query that would have to look at
 * the text of every row, one by one, which DuckDB does faster. What can be told by codes and small numbers comes first; of the
 * rest only rows are tested whose bytes have what the query needs.
 */
export function rowMatcher(query: Query, now: Nanos): RowMatcher | undefined {
  if (query.kind === 'all') return (_batch, rows) => rows
  const terms = query.kind === 'and' ? query.terms : [query]
  const quick = terms.filter(isQuick)
  const slow = terms.filter((term) => !isQuick(term))
  const matchesQuick = compileBatchPredicate({ kind: 'and', terms: quick }, now)
  if (slow.length === 0) return matchesQuick
  const rest: Query = { kind: 'and', terms: slow }
  const required = requiredText(rest)
  if (required === undefined) return undefined
  const matchesRest = compileBatchPredicate(rest, now)
  return (batch, rows) => {
    const left = matchesQuick(batch, rows)
    if (left.length === 0) return left
    const among = batch.onlyRows(left)
    const candidates = rowsWithText(among, left, required)
    return candidates.length === 0 ? candidates : matchesRest(among.onlyRows(candidates), candidates)
  }
}

/** Whether it is told by a number that each row has, or by values that mostly come again and again. */
export function isQuick(query: Query): boolean {
  switch (query.kind) {
    case 'all':
      return true
    case 'and':
    case 'or':
      return query.terms.every(isQuick)
    case 'not':
      return isQuick(query.term)
    case 'text':
      return false
    case 'field': {
      const target = fieldTarget(query.field)
      if (target.at !== 'own') return false
      const { name, kind } = target.field
      return kind === 'text' || kind === 'keyword' ? REPEATED.has(name) : true
    }
  }
}

/** Of the event's own texts those of which rows have few different ones. */
const REPEATED: ReadonlySet<string> = new Set(['service', 'environment', 'namespace', 'source', 'level'])
