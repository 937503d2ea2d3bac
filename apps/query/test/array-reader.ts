import { type DeadLetter, type LogEvent, ownField } from '@heartwood/event'
import type { BatchReceipt, LogReader, QueryRequest } from '@heartwood/log-store'
import { compilePredicate } from '@heartwood/query-lang'
import { NOW } from './events.ts'

/** What a reader over plain arrays holds; tests may add to it at any time. */
export interface Held {
  readonly events: LogEvent[]
  readonly receipts: BatchReceipt[]
  readonly deadLetters: DeadLetter[]
}

/** The port's meaning in the plainest way, over arrays that a test can change between two questions. */
export function arrayReader(held: Held): LogReader {
  const matching = ({ query, range }: QueryRequest) => {
    const matches = compilePredicate(query, NOW)
    return held.events
      .filter(({ timestamp }) => timestamp >= range.from && timestamp < range.to)
      .filter(matches)
      .sort(newestFirst)
  }
  return {
    async refresh() {},
    async search({ after, limit, ...request }) {
      const found = matching(request).filter((event) => after === undefined || newestFirst(after, event) < 0)
      return { events: found.slice(0, limit), more: found.length > limit }
    },
    count: async (request) => matching(request).length,
    async histogram({ interval, by, ...request }) {
      const groups = Map.groupBy(matching(request), ({ timestamp }) => timestamp - (timestamp % interval))
      return [...groups]
        .map(([start, events]) => ({
          start,
          count: events.length,
          ...(by !== undefined && { groups: Object.fromEntries(counted(events, by)) }),
        }))
        .sort((a, b) => (a.start < b.start ? -1 : 1))
    },
    async top({ field, limit, ...request }) {
      return counted(matching(request), field)
        .filter(([value]) => value !== '')
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .slice(0, limit)
    },
    fields: async () => [{ name: 'service', types: ['string'], events: held.events.length }],
    event: async (id) => held.events.find((event) => event.id === id),
    batch: async (id) => held.receipts.find(({ batch_id }) => batch_id === id),
    async deadLetters({ limit, before }) {
      const at = before === undefined ? 0 : held.deadLetters.findIndex(({ id }) => id === before) + 1
      return { items: held.deadLetters.slice(at, at + limit), total: held.deadLetters.length }
    },
    stats: () => ({ events: held.events.length, segments: 1, bytes: 1, generation: 1 }),
    async close() {},
  }
}

type Place = Pick<LogEvent, 'timestamp' | 'id'>

function newestFirst(a: Place, b: Place): number {
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp ? -1 : 1
  return a.id === b.id ? 0 : a.id > b.id ? -1 : 1
}

function counted(events: readonly LogEvent[], field: string): [string, number][] {
  const groups = Map.groupBy(events, (event) => {
    const own = ownField(field)?.name
    const value = own === undefined ? event.attributes[field] : Reflect.get(event, own)
    return value === undefined ? '' : String(value)
  })
  return [...groups].map(([value, found]) => [value, found.length])
}
