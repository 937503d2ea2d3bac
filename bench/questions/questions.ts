import { serviceName } from '../generator/generated-event.ts'
import { integer, pick } from '../generator/random.ts'
import { SUBSTRING } from '../generator/workload.ts'
import type { Instance, Question } from './question.ts'

const LIMIT = 100
const TOP = 10
/** The busiest service, and some with fewer and fewer events. */
const RANKS = [0, 1, 3, 8, 20, 60, 150]
const WITHOUT_TOTAL = { limit: String(LIMIT), total: 'none' }

/** The questions of issue 4 in its order. */
export const QUESTIONS: readonly Question[] = [
  {
    name: 'one trace id',
    goalMillis: 25,
    instance: ({ ledger, random }) => oneTrace(ledger.someTrace(random)),
  },
  {
    name: 'one rare word',
    goalMillis: 25,
    instance: ({ rareWords, random }) => {
      const word = pick(random, rareWords)
      return {
        path: 'search',
        parameters: { query: word, limit: String(LIMIT) },
        expected: { kind: 'total', matches: ({ message }) => message.includes(word) },
      }
    },
  },
  {
    name: 'latest 100 of a service with level error',
    goalMillis: 25,
    instance: ({ random }) => {
      const name = serviceName(pick(random, RANKS))
      return {
        path: 'search',
        parameters: { query: `service:${name} level:error`, ...WITHOUT_TOTAL },
        expected: {
          kind: 'rows',
          matches: ({ service, level }) => service === name && level === 'error',
          limit: LIMIT,
        },
      }
    },
  },
  {
    name: 'latest 100 of everything',
    goalMillis: 25,
    instance: () => ({
      path: 'search',
      parameters: { query: '*', ...WITHOUT_TOTAL },
      expected: { kind: 'rows', matches: () => true, limit: LIMIT },
    }),
  },
  {
    name: 'histogram by level',
    goalMillis: 50,
    instance: () => ({
      path: 'aggregate',
      parameters: { query: '*', by: 'level', interval: 'auto' },
      expected: { kind: 'groups', matches: () => true, key: ({ level }) => level, limit: TOP },
    }),
  },
  {
    name: 'errors by service',
    goalMillis: 50,
    instance: () => byService('level:error', ({ level }) => level === 'error'),
  },
  {
    name: 'filtered histogram: a word and a level',
    goalMillis: 150,
    instance: ({ random }) => {
      const word = pick(random, ['payment', 'cache', 'reset', 'signed'])
      return {
        path: 'aggregate',
        parameters: { query: `${word} level>=warn`, by: 'level', interval: 'auto' },
        expected: {
          kind: 'groups',
          matches: ({ message, level }) => hasWord(message, word) && (level === 'warn' || level === 'error'),
          key: ({ level }) => level,
          limit: TOP,
        },
      }
    },
  },
  {
    name: 'numeric attribute filter, top services',
    goalMillis: 150,
    instance: ({ random }) => {
      const least = 500 + integer(random, 4)
      return byService(`http.status_code>=${least}`, ({ hasFields, status }) => hasFields && status >= least)
    },
  },
  {
    name: 'p95 by service',
    goalMillis: 150,
    needs: '/api/v1/percentiles',
    instance: () => ({
      path: 'percentiles',
      parameters: {
        query: '*',
        field: 'duration_ms',
        percentiles: '95',
        by: 'service',
        limit: String(TOP),
      },
      expected: {
        kind: 'percentile',
        matches: ({ hasFields }) => hasFields,
        key: ({ service }) => service,
        number: ({ durationMillis }) => durationMillis,
        percent: 95,
        limit: TOP,
      },
    }),
  },
  {
    name: 'substring in any case, first 100 rows',
    goalMillis: 300,
    instance: () => ({
      path: 'search',
      parameters: { query: `message:*${SUBSTRING}*`, ...WITHOUT_TOTAL },
      expected: { kind: 'rows', matches: ({ message }) => hasSubstring(message), limit: LIMIT },
    }),
  },
  {
    name: 'substring in any case, exact total',
    goalMillis: 1_600,
    instance: () => ({
      path: 'search',
      parameters: { query: `message:*${SUBSTRING}*`, limit: '1' },
      expected: { kind: 'total', matches: ({ message }) => hasSubstring(message) },
    }),
  },
]

function oneTrace(trace: { readonly id: string; readonly micros: number } | undefined): Instance {
  if (trace === undefined) throw new Error('nothing that was sent has a trace id')
  return {
    path: 'search',
    parameters: { query: `trace_id:${trace.id}`, limit: String(LIMIT) },
    expected: { kind: 'event', micros: trace.micros },
  }
}

function byService(
  query: string,
  matches: Extract<Instance['expected'], { kind: 'groups' }>['matches'],
): Instance {
  return {
    path: 'aggregate',
    parameters: { query, by: 'service', interval: 'none', limit: String(TOP) },
    expected: { kind: 'groups', matches, key: ({ service }) => service, limit: TOP },
  }
}

function hasWord(message: string, word: string): boolean {
  return message.toLowerCase().split(/\W+/).includes(word)
}

function hasSubstring(message: string): boolean {
  return message.toLowerCase().includes(SUBSTRING)
}
