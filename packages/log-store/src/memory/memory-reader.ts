import {
  type AttributeValue,
  type DeadLetter,
  type DeadLetterFilter,
  type LogEvent,
  matchesLetter,
  NANOS_PER_DAY,
  type Nanos,
  OWN_FIELD_NAMES,
  ownField,
} from '@heartwood/event'
import { ALL, fieldNumber, fieldText } from '@heartwood/query-lang'
import { compareText } from '../compare-text.ts'
import { floorTo } from '../floor-to.ts'
import { bucketedNumber, RELATIVE_ERROR } from '../logarithmic-buckets.ts'
import { NumberCounts, percentilesOfNumbers } from '../number-counts.ts'
import { assertNumeric } from '../percentile-rules.ts'
import type {
  BatchReceipt,
  CountRequest,
  FieldInfo,
  FieldsRequest,
  HistogramBucket,
  HistogramRequest,
  LogReader,
  Numbers,
  NumbersRequest,
  Patterns,
  PatternsRequest,
  Percentiles,
  PercentilesRequest,
  QueryRequest,
  ReadProgress,
  ReadStats,
  SearchPage,
  SearchPosition,
  SearchRequest,
  StoredDay,
  StoreStats,
  TimeRange,
  TopRequest,
  TopValue,
} from '../port.ts'
import { LogStoreError } from '../port.ts'
import { storedDays } from '../stored-days.ts'
import { patternsOf } from './memory-patterns.ts'
import { isIn, type MemoryState, newestFirst } from './memory-state.ts'

/** The reading side of a memory store. It sees commits at once. */
export class MemoryReader implements LogReader {
  readonly #state: MemoryState
  readonly #now: () => Nanos
  #closed = false

  constructor(state: MemoryState, now: () => Nanos) {
    this.#state = state
    this.#now = now
  }

  async refresh(): Promise<void> {
    this.#mustBeOpen()
  }

  async search(request: SearchRequest): Promise<SearchPage> {
    const { after, limit, order = 'newest', onRows, onProgress, signal } = request
    const newest = this.#matching(request)
    const inOrder = order === 'newest' ? newest : newest.toReversed()
    const isBehind = (event: LogEvent, place: SearchPosition) =>
      (order === 'newest' ? newestFirst(place, event) : newestFirst(event, place)) < 0
    const left = after === undefined ? inOrder : inOrder.filter((event) => isBehind(event, after))
    const events = left.slice(0, limit)
    const last = events.at(-1)
    if (last !== undefined) {
      onRows?.(events)
      throwIfAborted(signal)
      onProgress?.({ ...this.#progress(request.range), reached: last })
    }
    return { events, more: left.length > limit }
  }

  async count(request: CountRequest): Promise<number> {
    const matched = this.#matching(request).length
    request.onProgress?.({ ...this.#progress(request.range), matched })
    return matched
  }

  async histogram(request: HistogramRequest): Promise<HistogramBucket[]> {
    const { interval, by } = request
    const matching = this.#matching(request)
    const name = by === undefined ? undefined : groupNames(matching, by, request)
    const buckets = new Map<Nanos, { start: Nanos; count: number; groups: Record<string, number> }>()
    for (const event of matching.toReversed()) {
      const start = floorTo(event.timestamp, interval)
      const bucket = buckets.get(start) ?? { start, count: 0, groups: Object.create(null) }
      buckets.set(start, bucket)
      bucket.count++
      if (name !== undefined) bucket.groups[name(event)] = (bucket.groups[name(event)] ?? 0) + 1
    }
    return [...buckets.values()].map(({ start, count, groups }) =>
      name === undefined ? { start, count } : { start, count, groups },
    )
  }

  async top(request: TopRequest): Promise<TopValue[]> {
    return commonest(this.#matching(request), request.field).slice(0, request.limit)
  }

  async percentiles(request: PercentilesRequest): Promise<Percentiles> {
    return percentilesOfNumbers(
      await this.numbers({ ...request, distinct: Number.POSITIVE_INFINITY }),
      request,
    )
  }

  async numbers(request: NumbersRequest): Promise<Numbers> {
    const { field, by, distinct } = request
    assertNumeric(field)
    const matching = this.#matching(request)
    const counted = (limit: number, numberOf: (number: number) => number) => {
      const counts = new NumberCounts(limit)
      const hasRoom = matching.every((event) => {
        const number = fieldNumber(event, field)
        const value = by === undefined ? '' : (fieldText(event, by) ?? '')
        return number === undefined || counts.add(value, numberOf(number), 1)
      })
      return hasRoom ? counts : undefined
    }
    const exact = counted(distinct, (number) => number)
    if (exact !== undefined) return exact.numbers(0)
    return (counted(Number.POSITIVE_INFINITY, bucketedNumber) ?? new NumberCounts()).numbers(RELATIVE_ERROR)
  }

  async patterns(request: PatternsRequest): Promise<Patterns> {
    return patternsOf(this.#matching(request), request)
  }

  async fields(request: FieldsRequest): Promise<FieldInfo[]> {
    const found = new Map<
      string,
      { types: Set<FieldInfo['types'][number]>; broken: boolean; events: number }
    >()
    const note = (name: string, value: AttributeValue) => {
      const entry = found.get(name) ?? { types: new Set(), broken: false, events: 0 }
      found.set(name, entry)
      entry.types.add(typeOf(value))
      if (typeof value === 'number' && !Number.isInteger(value)) entry.broken = true
      entry.events++
    }
    for (const event of this.#matching({ query: ALL, ...request })) {
      for (const name of OWN_FIELD_NAMES) {
        const value = name === '@timestamp' ? event.timestamp : event[name]
        if (value !== undefined && value !== '') note(name, value)
      }
      for (const [key, value] of Object.entries(event.attributes)) note(key, value)
    }
    return [...found]
      .map(([name, { types, broken, events }]) => ({
        name,
        types: [...types].sort(),
        integers: types.has('number') && !broken && name !== 'weight',
        events,
      }))
      .sort((a, b) => compareText(a.name, b.name))
  }

  async event(id: string): Promise<LogEvent | undefined> {
    this.#mustBeOpen()
    return this.#state.events.find((event) => event.id === id)
  }

  async batch(batchId: string): Promise<BatchReceipt | undefined> {
    this.#mustBeOpen()
    for (const window of this.#state.receipts.values()) {
      const receipt = window.get(batchId)
      if (receipt !== undefined) return receipt
    }
    return undefined
  }

  async deadLetters(request: {
    readonly limit: number
    readonly before?: string
  }): Promise<{ items: DeadLetter[]; total: number }> {
    this.#mustBeOpen()
    const letters = this.#state.deadLetters
    const at = letters.findIndex(({ id }) => id === request.before)
    const start = request.before === undefined ? 0 : at === -1 ? letters.length : at + 1
    return { items: letters.slice(start, start + request.limit), total: letters.length }
  }

  async *eachDeadLetter(filter: DeadLetterFilter): AsyncGenerator<DeadLetter> {
    this.#mustBeOpen()
    for (const letter of this.#state.deadLetters) if (matchesLetter(filter, letter)) yield letter
  }

  async stats(): Promise<StoreStats> {
    this.#mustBeOpen()
    return this.#state.stats()
  }

  async storage(): Promise<StoredDay[]> {
    this.#mustBeOpen()
    return storedDays(
      this.#state.events.map(({ timestamp, observed_at }) => ({
        day: floorTo(timestamp, NANOS_PER_DAY),
        events: 1,
        bytes: 0,
        segments: 0,
        newest: timestamp > observed_at ? timestamp : observed_at,
      })),
    )
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #matching(request: QueryRequest): LogEvent[] {
    this.#mustBeOpen()
    throwIfAborted(request.signal)
    const { query, range, onRead } = request
    onRead?.(this.#readIn(range))
    return this.#state.matching(query, range, this.#now())
  }

  /** All events of a range are looked at, in one step. */
  #progress(range: TimeRange): ReadProgress {
    const read = this.#readIn(range)
    return { ...read, of: { rows: read.rows, segments: 0 } }
  }

  #readIn(range: TimeRange): ReadStats {
    const rows = this.#state.events.filter(({ timestamp }) => isIn(range, timestamp)).length
    return { rows, bytes: 0, segments: 0 }
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new LogStoreError('aborted', 'the question was withdrawn', { cause: signal.reason })
}

function commonest(events: readonly LogEvent[], field: string): TopValue[] {
  const counts = new Map<string, number>()
  for (const event of events) {
    const value = fieldText(event, field)
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || compareText(a.value, b.value))
}

/** Names the group of an event: its value, `other` where that is not kept, '' without a value. */
function groupNames(
  events: readonly LogEvent[],
  field: string,
  { groups, keep }: Pick<HistogramRequest, 'groups' | 'keep'>,
): (event: LogEvent) => string {
  const values =
    keep ??
    (groups === undefined
      ? undefined
      : commonest(events, field)
          .slice(0, groups)
          .map(({ value }) => value))
  const kept = values === undefined || ownField(field)?.name === 'level' ? undefined : new Set(values)
  return (event) => {
    const value = fieldText(event, field)
    if (value === undefined) return ''
    return kept === undefined || kept.has(value) ? value : 'other'
  }
}

function typeOf(value: AttributeValue): FieldInfo['types'][number] {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'boolean'
    case 'number':
    case 'bigint':
      return 'number'
    default:
      return 'array'
  }
}
