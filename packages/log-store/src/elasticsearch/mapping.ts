import { TEXT_ATTRIBUTES } from '@heartwood/event'
import { MAX_TERM_TEXT } from '@heartwood/query-lang'
import { eventIndexPatterns } from './names.ts'
import { WORDS_ANALYZER, wordsAnalysis } from './words-analyzer.ts'

export interface IndexTemplateSettings {
  /** What names of indices begin with: `logs-` makes `logs-2026.11.26`. */
  readonly prefix: string
  readonly shards: number
  readonly replicas: number
}

/** Fields that an index may have, its own and one for each key with numbers; numbers past it are found by their terms. */
const MAX_FIELDS = 1000

const KEYWORD = { type: 'keyword', ignore_above: MAX_TERM_TEXT } as const
/** Ids are among what a bare word looks into. */
const ID = { ...KEYWORD, copy_to: 'text' } as const
const WORDS = { type: 'text', analyzer: WORDS_ANALYZER, norms: false } as const
const NANOS = { type: 'long' } as const
/** Kept in `_source` alone. */
const KEPT = { type: 'object', enabled: false } as const

/**
 * The template of the daily indices. What each field holds: document.ts. The mapping is closed but for `num`, so no key of a
 * sender makes it grow beyond a bound, and no value is refused for its type.
 */
export function indexTemplate({ prefix, shards, replicas }: IndexTemplateSettings) {
  return {
    index_patterns: eventIndexPatterns(prefix),
    priority: 500,
    template: {
      settings: {
        number_of_shards: shards,
        number_of_replicas: replicas,
        refresh_interval: '1s',
        // Much of a document stands in it twice.
        codec: 'best_compression',
        analysis: wordsAnalysis(),
        mapping: { total_fields: { limit: MAX_FIELDS, ignore_dynamic_beyond_limit: true } },
      },
      mappings: eventMapping(),
    },
  } as const
}

export function eventMapping() {
  return {
    dynamic: false,
    date_detection: false,
    numeric_detection: false,
    properties: {
      '@timestamp': { type: 'date', format: 'epoch_millis' },
      timestamp: NANOS,
      observed_at: NANOS,
      id: ID,
      level: KEYWORD,
      severity_number: { type: 'short' },
      service: KEYWORD,
      hostname: KEYWORD,
      namespace: KEYWORD,
      pod: KEYWORD,
      environment: KEYWORD,
      message: WORDS,
      trace_id: ID,
      span_id: ID,
      request_id: ID,
      source: KEYWORD,
      weight: { type: 'double' },
      raw: KEPT,
      flags: KEPT,
      attributes: { type: 'flattened', ignore_above: MAX_TERM_TEXT },
      resource: { type: 'flattened', ignore_above: MAX_TERM_TEXT },
      value_types: KEPT,
      rest: KEPT,
      more: KEPT,
      prose: {
        type: 'object',
        dynamic: false,
        subobjects: false,
        properties: Object.fromEntries([...TEXT_ATTRIBUTES].map((key) => [key, WORDS])),
      },
      num: { type: 'object', dynamic: true, subobjects: false },
      text: WORDS,
      keys: { type: 'keyword' },
      terms: { type: 'keyword', doc_values: false },
      inexact: { type: 'boolean' },
      ungrouped: { type: 'boolean' },
    },
    dynamic_templates: [{ numbers: { path_match: 'num.*', mapping: { type: 'double' } } }],
  } as const
}
