import { type EventDraft, type LogEvent, type Nanos, rowsOf } from '@heartwood/event'
import {
  canBeNumber,
  compilePredicate,
  fieldNumber,
  fieldText,
  print,
  type Query,
} from '@heartwood/query-lang'
import { ATTRIBUTE_KEYS, anyEvent, anyValidQuery } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NumberCounts, percentilesOfNumbers } from '../number-counts.ts'
import { nearestRank } from '../percentile-rules.ts'
import type { Numbers, PercentilesRequest, TimeRange, TopValue } from '../port.ts'
import {
  append,
  batchOf,
  DAY,
  draft,
  EVER,
  type OpenStore,
  openStore,
  query,
  RECENT,
  type StoreUnderTest,
} from './store-under-test.ts'

const SECOND = 1_000_000_000n
const HOUR = 3600n * SECOND

export function counting(open: OpenStore): void {
  test('histogram buckets begin at multiples of the interval, also before 1970, and empty ones are left out', async () => {
    await using store = await openStore(open)
    const times = [-2n * HOUR - 1n, -1n, 0n, HOUR - 1n, HOUR, 5n * HOUR]
    await append(
      store,
      times.map((timestamp, index) => draft(`h-${index}`, { timestamp })),
    )
    expect(await store.reader.histogram({ query: query('*'), range: EVER, interval: HOUR })).toEqual([
      { start: -3n * HOUR, count: 1 },
      { start: -HOUR, count: 1 },
      { start: 0n, count: 2 },
      { start: HOUR, count: 1 },
      { start: 5n * HOUR, count: 1 },
    ])
  })

  test('a range that cuts a bucket counts only what is inside', async () => {
    await using store = await openStore(open)
    const hour = RECENT - (RECENT % HOUR)
    await append(
      store,
      Array.from({ length: 60 }, (_, minute) =>
        draft(`m-${minute}`, { timestamp: hour + BigInt(minute) * 60n * SECOND }),
      ),
    )
    const range = { from: hour + 601n * SECOND, to: hour + 1800n * SECOND }
    expect(await store.reader.histogram({ query: query('*'), range, interval: HOUR })).toEqual([
      { start: hour, count: 19 },
    ])
    expect(await store.reader.count({ query: query('*'), range })).toBe(19)
  })

  test('a split histogram keeps the commonest values, all levels, and names the rest', async () => {
    await using store = await openStore(open)
    const services = ['a', 'a', 'a', 'b', 'b', 'c', 'd', undefined]
    await append(
      store,
      services.map((service, index) =>
        draft(`s-${index}`, { service, severity_number: [0, 1, 5, 9, 13, 17, 21, 24][index] ?? 0 }),
      ),
    )
    const split = async (by: string, groups?: number) => {
      const buckets = await store.reader.histogram({
        query: query('*'),
        range: EVER,
        interval: DAY,
        by,
        ...(groups !== undefined && { groups }),
      })
      expect(buckets.length).toBe(1)
      return { ...buckets[0]?.groups }
    }
    expect(await split('service', 2)).toEqual({ a: 3, b: 2, other: 2, '': 1 })
    expect(await split('service.name')).toEqual({ a: 3, b: 2, c: 1, d: 1, '': 1 })
    const levels = { unknown: 1, trace: 1, debug: 1, info: 1, warn: 1, error: 1, fatal: 2 }
    expect(await split('level', 2)).toEqual(levels)
    expect(await split('level')).toEqual(levels)
    expect(await split('nobody.has')).toEqual({ '': 8 })
    const keeping = async (by: string, keep: readonly string[]) => {
      const asked = { query: query('*'), range: EVER, interval: DAY, by, groups: 1, keep }
      return { ...(await store.reader.histogram(asked))[0]?.groups }
    }
    expect(await keeping('service', ['b', 'nobody'])).toEqual({ b: 2, other: 5, '': 1 })
    expect(await keeping('service', [])).toEqual({ other: 7, '': 1 })
    expect(await keeping('level', ['warn'])).toEqual(levels)
  })

  test('top counts values most first, then by value, and a number with the string that reads like it', async () => {
    await using store = await openStore(open)
    const values = [500, '500', 404, 'b', 'a', 'A', true, 2.5, 9_007_199_254_740_993n, ['x'], '']
    await append(store, [
      ...values.map((status, index) => draft(`v-${index}`, { attributes: { status } })),
      draft('without-0'),
    ])
    const top = await store.reader.top({ query: query('*'), range: EVER, field: 'status', limit: 100 })
    expect(top).toEqual([
      { value: '500', count: 2 },
      ...['', '2.5', '404', '9007199254740993', 'A', '["x"]', 'a', 'b', 'true'].map((value) => ({
        value,
        count: 1,
      })),
    ])
    expect(await store.reader.top({ query: query('*'), range: EVER, field: 'status', limit: 2 })).toEqual(
      top.slice(0, 2),
    )
    expect(await store.reader.top({ query: query('*'), range: EVER, field: 'nobody.has', limit: 5 })).toEqual(
      [],
    )
    expect(
      await store.reader.top({ query: query('status:404'), range: EVER, field: 'log.level', limit: 5 }),
    ).toEqual([{ value: 'unknown', count: 1 }])
  })

  test('percentiles are values by the nearest rank, of numbers alone, groups with most numbers first', async () => {
    await using store = await openStore(open)
    const times = [...Array.from({ length: 100 }, (_, index) => index + 1), 2.5, 9_007_199_254_740_993n, -4]
    await append(store, [
      ...times.map((took, index) =>
        draft(`n-${index}`, { service: index < 100 ? 'a' : 'b', attributes: { took } }),
      ),
      ...['12', true, [7]].map((took, index) => draft(`t-${index}`, { service: 'c', attributes: { took } })),
      draft('r-0', { rest: '{"took": 3}' }),
      draft('without-0', { service: 'a' }),
    ])
    const of = (request: Partial<PercentilesRequest>) =>
      store.reader.percentiles({
        query: query('*'),
        range: EVER,
        field: 'took',
        percentiles: [50],
        ...request,
      })
    const asked = { percentiles: [0, 0.001, 7, 50, 50.001, 95, 99.9, 100] }
    expect(await of({ ...asked, query: query('service:a') })).toEqual({
      relativeError: 0,
      groups: [{ value: '', count: 100, percentiles: [1, 1, 7, 50, 51, 95, 100, 100] }],
    })
    const byService = [
      { value: 'a', count: 100, percentiles: [50] },
      { value: 'b', count: 3, percentiles: [2.5] },
      { value: '', count: 1, percentiles: [3] },
    ]
    expect((await of({ by: 'service.name' })).groups).toEqual(byService)
    expect((await of({ by: 'service.name', groups: 2 })).groups).toEqual(byService.slice(0, 2))
    expect((await of({ query: query('service:b'), percentiles: [100, 1] })).groups[0]?.percentiles).toEqual([
      9_007_199_254_740_992, -4,
    ])
    expect((await of({ field: 'weight' })).groups).toEqual([{ value: '', count: 108, percentiles: [1] }])
    expect((await of({ query: query('service:c') })).groups).toEqual([])
    expect((await of({ field: 'nobody.has' })).groups).toEqual([])
    for (const field of ['service', 'message', 'level', '@timestamp']) {
      await expect(of({ field })).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining(field),
      })
    }
  })

  test('numbers are told apart while they are few, and else by buckets that are not further off than is said', async () => {
    await using store = await openStore(open)
    const numbers = [3, 3, 0, -0, 0.5, -4, -4, -4, 1e300, -1e-300, 7, 100, 101, 102]
    await append(store, [
      ...numbers.map((took, index) =>
        draft(`n-${index}`, { service: index % 2 === 0 ? 'a' : undefined, attributes: { took } }),
      ),
      draft('text', { attributes: { took: '12' } }),
    ])
    const asked = { query: query('*'), range: EVER, field: 'took' }
    const apart = await store.reader.numbers({ ...asked, distinct: 12 })
    expect(apart.relativeError).toBe(0)
    expect(apart.groups.map(({ value }) => value)).toEqual([''])
    expect(countsByNumber(apart)).toEqual(countsByNumber(numbersOf(numbers)))
    const byService = await store.reader.numbers({ ...asked, by: 'service', distinct: 100 })
    const counts = byService.groups.map(({ value, numbers }) => [
      value,
      numbers.reduce((sum, { count }) => sum + count, 0),
    ])
    expect(counts.sort()).toEqual([
      ['', 7],
      ['a', 7],
    ])
    const bucketed = await store.reader.numbers({ ...asked, distinct: 3 })
    expect(bucketed.relativeError).toBe(0.01)
    const found = percentilesOfNumbers(bucketed, { percentiles: PERCENTILES }).groups[0]
    const ascending = numbers.toSorted((a, b) => a - b)
    expect(found?.count).toBe(numbers.length)
    for (const [index, percentile] of PERCENTILES.entries()) {
      const exact = ascending[nearestRank(percentile, numbers.length) - 1] ?? Number.NaN
      const off = Math.abs((found?.percentiles[index] ?? Number.NaN) - exact)
      expect(off).toBeLessThanOrEqual(Math.abs(exact) * bucketed.relativeError)
    }
    expect(await store.reader.numbers({ ...asked, field: 'nobody.has', distinct: 3 })).toEqual({
      relativeError: 0,
      groups: [],
    })
    const text = store.reader.numbers({ ...asked, field: 'service', distinct: 3 })
    await expect(text).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('under generated events and queries, search, count, histogram and top agree with the event predicate', async () => {
    const someEvents = fc.array(fc.array(anyEvent, { maxLength: 25 }), { minLength: 1, maxLength: 3 })
    let rounds = 0
    await fc.assert(
      fc.asyncProperty(
        someEvents,
        fc.array(anyValidQuery, { minLength: 6, maxLength: 10 }),
        async (commits, queries) => {
          await using store = await openStore(open)
          const drafts = commits.map((events, commit) =>
            events.map((event, index): EventDraft => ({ ...event, id: `batch${commit}-${index}` })),
          )
          for (const events of drafts) await append(store, events)
          const all = [...rowsOf(batchOf(drafts.flat()))]
          const middle = all[all.length >> 1]?.timestamp ?? 0n
          for (const [index, query] of queries.entries()) {
            const range =
              [EVER, { from: middle, to: EVER.to }, { from: EVER.from, to: middle }][index % 3] ?? EVER
            await expectAgreement(store, all, { query, range, by: BY[rounds++ % BY.length] ?? 'level' })
          }
        },
      ),
      { numRuns: 5 },
    )
  }, 120_000)
}

async function expectAgreement(
  store: StoreUnderTest,
  all: readonly LogEvent[],
  { query, range, by }: { readonly query: Query; readonly range: TimeRange; readonly by: string },
): Promise<void> {
  const { reader } = store
  const about = print(query)
  const matches = compilePredicate(query, BigInt(Date.now()) * 1_000_000n)
  const expected = all.filter(
    (event) => event.timestamp >= range.from && event.timestamp < range.to && matches(event),
  )
  const page = await reader.search({ query, range, limit: 1000 })
  expect(page.events.map(({ id }) => id).sort(), about).toEqual(expected.map(({ id }) => id).sort())
  expect(await reader.count({ query, range }), about).toBe(expected.length)
  const buckets = await reader.histogram({ query, range, interval: HOUR, by })
  const name = (event: LogEvent) => fieldText(event, by) ?? ''
  expect(countsOf(buckets), `${about} by ${by}`).toEqual(countsOf(histogramOf(expected, name)))
  const top = await reader.top({ query, range, field: by, limit: 1000 })
  const values = expected.flatMap((event) => fieldText(event, by) ?? [])
  for (const field of canBeNumber(by) ? [by] : []) {
    const { groups } = await reader.percentiles({ query, range, field, percentiles: [50, 99], by: 'source' })
    expect(groups.map(({ value, count }) => [value, count]).sort(), `${about} numbers of ${field}`).toEqual(
      Object.entries(
        tally(expected.flatMap((event) => (fieldNumber(event, field) === undefined ? [] : event.source))),
      ).sort(),
    )
    for (const { value, percentiles } of groups) {
      const ascending = expected
        .filter(({ source }) => source === value)
        .flatMap((event) => fieldNumber(event, field) ?? [])
        .sort((a, b) => a - b)
      const at = (share: number) => (ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)] ?? 0) + 0
      expect(percentiles, `${about} percentiles of ${field}`).toEqual([at(0.5), at(0.99)])
    }
  }
  expect(countsByValue(top), `${about} top ${by}`).toEqual(tally(values))
}

const PERCENTILES = [0, 10, 25, 50, 75, 90, 99, 100]

/** As a store has them that tells them apart. */
function numbersOf(numbers: readonly number[]): Numbers {
  const counts = new NumberCounts()
  for (const number of numbers) counts.add('', number, 1)
  return counts.numbers(0)
}

function countsByNumber({ groups }: Numbers): [number, number][] {
  return groups
    .flatMap(({ numbers }) => numbers.map(({ number, count }): [number, number] => [number, count]))
    .sort(([a], [b]) => a - b)
}

/** The fields that generated events are counted by, in turn. */
const BY = ['level', 'service', 'weight', 'resource.zone', ...ATTRIBUTE_KEYS]

function countsByValue(top: readonly TopValue[]): Record<string, number> {
  const counts: Record<string, number> = Object.create(null)
  for (const { value, count } of top) counts[value] = count
  return counts
}

interface Bucket {
  readonly start: Nanos
  readonly count: number
  readonly groups?: Readonly<Record<string, number>>
}

function histogramOf(events: readonly LogEvent[], name: (event: LogEvent) => string): Bucket[] {
  const starts = new Map<Nanos, LogEvent[]>()
  for (const event of events) {
    const start = event.timestamp - (((event.timestamp % HOUR) + HOUR) % HOUR)
    starts.set(start, [...(starts.get(start) ?? []), event])
  }
  return [...starts]
    .map(([start, inside]) => ({ start, count: inside.length, groups: tally(inside.map(name)) }))
    .sort((a, b) => (a.start < b.start ? -1 : 1))
}

/** The buckets in their order, their groups in none. */
function countsOf(buckets: readonly Bucket[]): unknown {
  return buckets.map(({ start, count, groups }) => [
    start,
    count,
    Object.entries(groups ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  ])
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = Object.create(null)
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
