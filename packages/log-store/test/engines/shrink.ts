import type { EventDraft } from '@heartwood/event'
import type { Query } from '@heartwood/query-lang'

/** A pair on which two engines do not agree. */
export interface Pair {
  readonly events: readonly EventDraft[]
  readonly query: Query
}

/** Smaller pairs, tried in turn as long as they fail too: fewer events, less in them, a simpler query. */
export async function shrink(pair: Pair, fails: (pair: Pair) => Promise<boolean>): Promise<Pair> {
  let smallest = pair
  for (;;) {
    const smaller = await firstFailing(smallerPairs(smallest), fails)
    if (smaller === undefined) return smallest
    smallest = smaller
  }
}

async function firstFailing(
  pairs: Iterable<Pair>,
  fails: (pair: Pair) => Promise<boolean>,
): Promise<Pair | undefined> {
  for (const pair of pairs) if (await fails(pair)) return pair
  return undefined
}

function* smallerPairs({ events, query }: Pair): Generator<Pair> {
  for (let size = events.length >> 1; size > 0; size >>= 1) {
    for (let start = 0; start < events.length; start += size)
      yield { events: events.toSpliced(start, size), query }
  }
  for (const simpler of simplerQueries(query)) yield { events, query: simpler }
  for (const [index, event] of events.entries()) {
    for (const less of lesserEvents(event)) yield { events: events.with(index, less), query }
  }
}

function* simplerQueries(query: Query): Generator<Query> {
  switch (query.kind) {
    case 'all':
    case 'text':
    case 'field':
      return
    case 'not':
      yield query.term
      for (const term of simplerQueries(query.term)) yield { ...query, term }
      return
    case 'and':
    case 'or':
      yield* query.terms
      for (const [index, term] of query.terms.entries()) {
        for (const simpler of simplerQueries(term))
          yield { ...query, terms: query.terms.with(index, simpler) }
      }
  }
}

const OPTIONAL = ['service', 'hostname', 'environment', 'trace_id', 'request_id', 'raw', 'rest'] as const

function* lesserEvents(event: EventDraft): Generator<EventDraft> {
  for (const name of OPTIONAL) if (event[name] !== undefined) yield { ...event, [name]: undefined }
  if (event.message !== '' && event.message !== undefined) yield { ...event, message: '' }
  for (const area of ['attributes', 'resource'] as const) {
    for (const key of Object.keys(event[area] ?? {})) {
      const left = Object.entries(event[area] ?? {}).filter(([name]) => name !== key)
      // A null prototype: `__proto__` is a key like any other.
      const values = Object.assign(Object.create(null), Object.fromEntries(left))
      yield { ...event, [area]: values }
    }
  }
}
