import { type ContextOutput, type ContextQuestion, toLogJson } from '@heartwood/api'
import { type LogEvent, MAX_NANOS, MIN_NANOS, NANOS_PER_DAY, NANOS_PER_SECOND } from '@heartwood/event'
import type { LogReader, QueryRequest, SearchOrder, TimeRange } from '@heartwood/log-store'
import type { Query } from '@heartwood/query-lang'
import { AppError } from '@heartwood/runtime'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

/** Neighbours are looked for this far from the log, and further where there are too few: mostly they are near. */
const REACHES = [900n * NANOS_PER_SECOND, NANOS_PER_DAY, MAX_NANOS - MIN_NANOS + 1n]

/** The logs right before and after one, by (time, id), among those that have the same values in some fields. */
export async function logContext(
  reader: LogReader,
  { id, same, before, after }: ContextQuestion,
  signal: AbortSignal,
): Promise<ContextOutput> {
  const took = stopwatch()
  await reader.refresh()
  const event = await reader.event(id)
  if (event === undefined)
    throw new AppError('not_found', `No log ${JSON.stringify(id)}; it may be past retention.`)
  const held = [...new Set(same)].filter((field) => event[field] !== undefined)
  const { onRead, total: read } = readSum()
  const question = { query: sameValues(event, held), signal, onRead }
  const older = await neighbours(reader, question, event, { order: 'newest', wanted: before })
  const newer = await neighbours(reader, question, event, { order: 'oldest', wanted: after })
  return {
    log: toLogJson(event),
    same: held,
    before: older.events.toReversed().map(toLogJson),
    after: newer.events.map(toLogJson),
    more_before: older.more,
    more_after: newer.more,
    read: read(),
    took_ms: took(),
  }
}

async function neighbours(
  reader: LogReader,
  question: Omit<QueryRequest, 'range'>,
  event: LogEvent,
  { order, wanted }: { readonly order: SearchOrder; readonly wanted: number },
): Promise<{ events: readonly LogEvent[]; more: boolean }> {
  const found: LogEvent[] = []
  for (const [index, reach] of REACHES.entries()) {
    const passed = REACHES[index - 1]
    const page = await reader.search({
      ...question,
      order,
      range: rangeBeside(event, order, passed, reach),
      // One more tells whether there are more.
      limit: wanted + 1 - found.length,
      ...(passed === undefined && { after: event }),
    })
    found.push(...page.events)
    if (found.length > wanted) break
  }
  return { events: found.slice(0, wanted), more: found.length > wanted }
}

/** The times on one side of an event, from behind what was looked through (or the event's own) as far as the reach. */
function rangeBeside(
  { timestamp }: LogEvent,
  order: SearchOrder,
  passed: bigint | undefined,
  reach: bigint,
): TimeRange {
  return order === 'newest'
    ? { from: timestamp - reach, to: passed === undefined ? timestamp + 1n : timestamp - passed }
    : { from: passed === undefined ? timestamp : timestamp + passed, to: timestamp + reach }
}

function sameValues(event: LogEvent, fields: ContextQuestion['same']): Query {
  const span = { start: 0, end: 0 }
  const terms = fields.flatMap((field): Query[] => {
    const value = event[field]
    return value === undefined ? [] : [{ kind: 'field', field, match: { kind: 'equals', value }, span }]
  })
  return terms.length === 0 ? { kind: 'all' } : { kind: 'and', terms }
}
