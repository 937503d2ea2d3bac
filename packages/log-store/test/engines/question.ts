import { isDeepStrictEqual } from 'node:util'
import type { LogEvent } from '@heartwood/event'
import { canBeNumber, print, type Query } from '@heartwood/query-lang'
import { EVER } from '../../src/contract/store-under-test.ts'
import { type LogReader, LogStoreError } from '../../src/index.ts'

/** What an engine is asked about a query. */
export type Question =
  | { readonly kind: 'search'; readonly order: 'newest' | 'oldest' }
  | { readonly kind: 'count' }
  | { readonly kind: 'top'; readonly by: string }
  | { readonly kind: 'histogram'; readonly by: string }
  | { readonly kind: 'percentiles'; readonly by: string }

const HOUR = 3_600_000_000_000n

/** Every query is searched, and some are asked what has other ways to its answer. */
export function questionsOf(index: number, fields: readonly string[]): Question[] {
  const by = fields[index % fields.length] ?? 'level'
  return [
    { kind: 'search', order: index % 4 < 2 ? 'newest' : 'oldest' },
    ...(index % 2 === 0 ? [{ kind: 'count' as const }] : []),
    ...(index % 8 === 1 ? [{ kind: 'top' as const, by }] : []),
    ...(index % 16 === 3 ? [{ kind: 'histogram' as const, by }] : []),
    ...(index % 16 === 5 && canBeNumber(by) ? [{ kind: 'percentiles' as const, by }] : []),
  ]
}

/** The answer as something that can be compared and shown; an error is an answer too. */
export async function answer(reader: LogReader, query: Query, question: Question): Promise<unknown> {
  const asked = { query, range: EVER }
  try {
    switch (question.kind) {
      case 'search': {
        const { events, more } = await reader.search({ ...asked, order: question.order, limit: 10_000 })
        return { more, events: events.map(plain) }
      }
      case 'count':
        return await reader.count(asked)
      case 'top':
        return await reader.top({ ...asked, field: question.by, limit: 20 })
      case 'histogram': {
        const buckets = await reader.histogram({ ...asked, interval: HOUR, by: question.by, groups: 5 })
        return buckets.map((bucket) => ({ ...bucket, groups: new Map(Object.entries(bucket.groups ?? {})) }))
      }
      case 'percentiles': {
        const { groups } = await reader.percentiles({
          ...asked,
          field: question.by,
          percentiles: [0, 50, 99],
        })
        // -0 and 0 are one number.
        return groups.map((group) => ({ ...group, percentiles: group.percentiles.map((value) => value + 0) }))
      }
    }
  } catch (error) {
    if (error instanceof LogStoreError) return { error: error.code, message: error.message }
    throw error
  }
}

export function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b)
}

export function sayQuestion(query: Query, question: Question): string {
  return `${JSON.stringify(question)} of ${print(query)}\n  tree: ${JSON.stringify(query)}`
}

/** Without what is undefined, and whatever the prototypes. */
function plain(event: LogEvent): object {
  const { attributes, resource, ...own } = event
  const known = Object.entries(own).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(known),
    attributes: new Map(Object.entries(attributes).sort(byKey)),
    resource: new Map(Object.entries(resource).sort(byKey)),
  }
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}
