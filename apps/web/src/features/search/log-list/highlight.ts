import { ownField } from '@heartwood/event'
import type { Query } from '@heartwood/query-lang'
import { isSameField } from './columns/column-model.ts'
import type { HitRange } from './visible-text.ts'

/** Finds what a query looks for in a message; ranges in rising order, not overlapping. */
export type Highlighter = (text: string) => readonly HitRange[]

const WORD = '[\\p{L}\\p{N}\\p{M}_]'
/** Beyond this a message is shown without marks: the eye does not look there, and time is better spent elsewhere. */
const MAX_TEXT = 20_000

/** Marks in each column what the query looks for there. */
export function highlighters(query: Query): (field: string) => Highlighter {
  const known = new Map<string, Highlighter>()
  return (field) => {
    const made = known.get(field) ?? highlighter(query, field)
    known.set(field, made)
    return made
  }
}

/**
 * Marks the words and patterns of a query that are looked for in a field, negated ones left out. Regular expressions
 * are not marked: they are RE2's, and the browser's engine can hang on what RE2 runs in linear time.
 */
export function highlighter(query: Query, field = 'message'): Highlighter {
  const sources = [...new Set(patternsOf(query, field))]
  if (sources.length === 0) return () => []
  const pattern = new RegExp(sources.map((source) => `(?:${source})`).join('|'), 'giu')
  return (text) =>
    text.length > MAX_TEXT
      ? []
      : [...text.matchAll(pattern)].flatMap(({ index, 0: hit }) =>
          hit === '' ? [] : [{ start: index, end: index + hit.length }],
        )
}

function patternsOf(query: Query, field: string): string[] {
  switch (query.kind) {
    case 'all':
    case 'not':
      return []
    case 'and':
    case 'or':
      return query.terms.flatMap((term) => patternsOf(term, field))
    case 'text':
      if (!isLookedInto(field)) return []
      if (query.match.kind === 'words') return phrase(query.match.text)
      return query.match.kind === 'wildcard' ? wildcard(query.match.pattern) : []
    case 'field': {
      if (!isSameField(query.field, field)) return []
      if (query.match.kind === 'equals') return phrase(query.match.value)
      return query.match.kind === 'wildcard' ? wildcard(query.match.pattern) : []
    }
  }
}

/** Whether words without a field are looked for there: in the message, the ids and every attribute. */
function isLookedInto(field: string): boolean {
  const own = ownField(field)
  return own === undefined ? !field.startsWith('resource.') : FREE_TEXT.has(own.name)
}

const FREE_TEXT = new Set(['message', 'trace_id', 'span_id', 'request_id', 'id'])

function phrase(text: string): string[] {
  const words = text.match(new RegExp(`${WORD}+`, 'gu')) ?? []
  if (words.length === 0) return []
  return [`(?<!${WORD})${words.map(escapeRegExp).join(`[^\\p{L}\\p{N}\\p{M}_]+`)}(?!${WORD})`]
}

/** `*x*` is found anywhere; other patterns are one whole word. */
function wildcard(pattern: string): string[] {
  const inner = /^\*([^*?\\]+)\*$/.exec(pattern)?.[1]
  if (inner !== undefined) return [escapeRegExp(inner)]
  if (!/[^*?]/.test(pattern)) return []
  const source = pattern.replace(/\*+|\?|[^*?]+/g, (part) =>
    part.startsWith('*') ? `${WORD}*` : part === '?' ? WORD : escapeRegExp(part),
  )
  return [`(?<!${WORD})${source}(?!${WORD})`]
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
