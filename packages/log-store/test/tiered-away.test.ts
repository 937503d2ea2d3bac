import { NANOS_PER_DAY } from '@heartwood/event'
import { expect, test } from 'vitest'
import { batchOf, draft, EVER, query } from '../src/contract/store-under-test.ts'
import { type LogReader, LogStoreError, memoryLogStore, type ReadStats } from '../src/index.ts'
import type { Coverage } from '../src/tiered/coverage.ts'
import { TieredReader } from '../src/tiered/tiered-reader.ts'

const DAY = NANOS_PER_DAY
const MONDAY = 20_000n * DAY
const COVERAGE: Coverage = { hotFrom: MONDAY, restored: [] }
const ALL = { query: query('*'), range: EVER }
const AWAY = new LogStoreError('unavailable', 'S3 at http://127.0.0.1:9000 cannot be reached')
const DAMAGED = new LogStoreError('corrupt', 'segments/2026-11-01-7.parquet is not what was written')

const settle = () => ({ deadLetters: [], receipts: [], replayed: [] })

/** Three events in hot, two in cold; `failing` says how a tier answers in place of its own way. */
async function tieredStore(failing: { hot?: Error; cold?: Error; coverage?: Coverage } = {}) {
  const stores = { hot: memoryLogStore(), cold: memoryLogStore() }
  const events = {
    hot: ['h-0', 'h-1', 'h-2'].map((id, index) => draft(id, { timestamp: MONDAY + BigInt(index) })),
    cold: ['c-0', 'c-1'].map((id, index) => draft(id, { timestamp: MONDAY - BigInt(index + 1) })),
  }
  const reader = async (tier: 'hot' | 'cold') => {
    await stores[tier].openIdempotentWriter().write({ events: batchOf(events[tier]), settle })
    const own = stores[tier].openReader()
    const error = failing[tier]
    return error === undefined ? own : failingWith(own, error)
  }
  const readers = { hot: await reader('hot'), cold: await reader('cold') }
  return new TieredReader(readers, async () => failing.coverage ?? COVERAGE)
}

/** A reader of a store that is there, and does not answer. */
function failingWith(reader: LogReader, error: Error): LogReader {
  return new Proxy(reader, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async () => {
        throw error
      }
    },
  })
}

/** Every question that can say what its answer lacks. */
const QUESTIONS: readonly [string, (reader: LogReader, asked: typeof ALL) => Promise<unknown>][] = [
  ['search', (reader, asked) => reader.search({ ...asked, limit: 10 })],
  ['count', (reader, asked) => reader.count(asked)],
  ['histogram', (reader, asked) => reader.histogram({ ...asked, interval: DAY, by: 'source', groups: 2 })],
  ['top', (reader, asked) => reader.top({ ...asked, field: 'source', limit: 3 })],
  ['percentiles', (reader, asked) => reader.percentiles({ ...asked, field: 'weight', percentiles: [50] })],
  ['patterns', (reader, asked) => reader.patterns({ ...asked, limit: 3, interval: DAY, events: 100 })],
  ['fields', (reader, asked) => reader.fields(asked)],
]

test.each(QUESTIONS)(
  '%s: with the archive away, the rest is answered and what is missing is told',
  async (_name, ask) => {
    const whole = await tieredStore()
    const away = await tieredStore({ cold: AWAY })
    const told: ReadStats[] = []
    const answer = await ask(away, { ...ALL, ...onRead(told) })
    expect(answer).toEqual(await ask(whole, { ...ALL, range: { from: MONDAY, to: EVER.to } }))
    expect(told).toHaveLength(1)
    expect(told[0]?.missing).toEqual([
      { tier: 'cold', range: { from: EVER.from, to: MONDAY }, reason: AWAY.message },
    ])
  },
)

test.each(QUESTIONS)(
  '%s: an answer that lacks something is an error for whoever is not told so',
  async (_name, ask) => {
    await expect(ask(await tieredStore({ cold: DAMAGED }), ALL)).rejects.toThrow(DAMAGED)
  },
)

test.each(QUESTIONS)(
  '%s: a damaged file is named, where nothing else can be answered by the error itself',
  async (_name, ask) => {
    const told: ReadStats[] = []
    await ask(await tieredStore({ cold: DAMAGED }), { ...ALL, ...onRead(told) })
    expect(told[0]?.missing?.map(({ reason }) => reason)).toEqual([DAMAGED.message])
    const onlyCold = { ...ALL, range: { from: EVER.from, to: MONDAY }, ...onRead(told) }
    await expect(ask(await tieredStore({ cold: DAMAGED }), onlyCold)).rejects.toThrow(DAMAGED)
  },
)

test.each(QUESTIONS)('%s: with hot away the archive answers its part', async (_name, ask) => {
  const told: ReadStats[] = []
  const answer = await ask(await tieredStore({ hot: AWAY }), { ...ALL, ...onRead(told) })
  const onlyCold = { ...ALL, range: { from: EVER.from, to: MONDAY } }
  expect(answer).toEqual(await ask(await tieredStore(), onlyCold))
  expect(told[0]?.missing?.map(({ tier }) => tier)).toEqual(['hot'])
})

test.each(QUESTIONS)('%s: what is no loss of a tier is an error, also of a part', async (_name, ask) => {
  for (const code of ['busy', 'timeout', 'aborted', 'unsupported', 'closed'] as const) {
    const cold = new LogStoreError(code, 'not now')
    await expect(ask(await tieredStore({ cold }), { ...ALL, ...onRead([]) })).rejects.toThrow(cold)
  }
})

test.each(QUESTIONS)(
  '%s: days that may have left hot since the coverage was last known are told',
  async (_name, ask) => {
    const range = { from: MONDAY, to: MONDAY + DAY }
    const coverage = { ...COVERAGE, unsure: { ranges: [range], reason: 'not known since 10:00' } }
    const reader = await tieredStore({ coverage })
    const told: ReadStats[] = []
    await ask(reader, { ...ALL, ...onRead(told) })
    await ask(reader, { ...ALL, range: { from: MONDAY + DAY, to: EVER.to }, ...onRead(told) })
    expect(told.map(({ missing }) => missing)).toEqual([
      [{ tier: 'hot', range, reason: 'not known since 10:00' }],
      undefined,
    ])
  },
)

test('what was looked at is summed, and told apart by tier where the archive has a part', async () => {
  const reader = await tieredStore()
  const told: ReadStats[] = []
  await reader.count({ ...ALL, ...onRead(told) })
  await reader.count({ ...ALL, range: { from: MONDAY, to: EVER.to }, ...onRead(told) })
  const nothing = { bytes: 0, segments: 0 }
  expect(told).toEqual([
    {
      rows: 5,
      ...nothing,
      tiers: [
        { tier: 'hot', ranges: [{ from: MONDAY, to: EVER.to }], rows: 3, ...nothing },
        { tier: 'cold', ranges: [{ from: EVER.from, to: MONDAY }], rows: 2, ...nothing },
      ],
    },
    { rows: 3, ...nothing },
  ])
})

test('rows that were told before a tier went away are in the page, and are told once', async () => {
  const cold = memoryLogStore()
  await cold
    .openIdempotentWriter()
    .write({ events: batchOf([draft('c-0', { timestamp: MONDAY - 1n })]), settle })
  const breaking = cold.openReader()
  const search = breaking.search.bind(breaking)
  breaking.search = async (request) => {
    await search(request)
    throw AWAY
  }
  const hot = memoryLogStore()
  await hot.openIdempotentWriter().write({ events: batchOf([draft('h-0', { timestamp: MONDAY })]), settle })
  const reader = new TieredReader({ hot: hot.openReader(), cold: breaking }, async () => COVERAGE)
  const rows: string[] = []
  const told: ReadStats[] = []
  const page = await reader.search({
    ...ALL,
    limit: 5,
    onRows: (events) => rows.push(...events.map(({ id }) => id)),
    ...onRead(told),
  })
  expect(page.events.map(({ id }) => id)).toEqual(['h-0', 'c-0'])
  expect(rows).toEqual(['h-0', 'c-0'])
  expect(told[0]?.missing).toHaveLength(1)
})

test('withdrawn, or failed in one tier, a question ends in the other', async () => {
  const ended: string[] = []
  const waiting = (name: string): LogReader => {
    const reader = memoryLogStore().openReader()
    reader.count = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          ended.push(name)
          reject(new LogStoreError('aborted', 'the question was withdrawn'))
        })
      })
    return reader
  }
  const stop = new AbortController()
  const both = new TieredReader({ hot: waiting('hot'), cold: waiting('cold') }, async () => COVERAGE)
  const withdrawn = both.count({ ...ALL, signal: stop.signal, ...onRead([]) })
  setImmediate(() => stop.abort())
  await expect(withdrawn).rejects.toMatchObject({ code: 'aborted' })
  expect(ended.sort()).toEqual(['cold', 'hot'])
  const busy = new LogStoreError('busy', 'not now')
  const one = new TieredReader(
    { hot: waiting('the other'), cold: failingWith(memoryLogStore().openReader(), busy) },
    async () => COVERAGE,
  )
  await expect(one.count(ALL)).rejects.toThrow(busy)
  expect(ended.at(-1)).toBe('the other')
})

test('percentiles over both tiers are exact while their numbers can be told apart, and say how far they are off where not', async () => {
  const stores = { hot: memoryLogStore(), cold: memoryLogStore() }
  const numbers = Array.from({ length: 60_000 }, (_, index) => index + 0.5)
  for (const [index, store] of Object.values(stores).entries()) {
    const drafts = numbers
      .filter((_, at) => at % 2 === index)
      .map((took) => draft(`e-${took}`, { timestamp: MONDAY - BigInt(index), attributes: { took } }))
    await store.openIdempotentWriter().write({ events: batchOf(drafts), settle })
  }
  const readers = { hot: stores.hot.openReader(), cold: stores.cold.openReader() }
  const reader = new TieredReader(readers, async () => COVERAGE)
  const asked = { ...ALL, field: 'took', percentiles: [50, 99] }
  const { relativeError, groups } = await reader.percentiles(asked)
  expect(relativeError).toBe(0.01)
  expect(groups.map(({ value, count }) => ({ value, count }))).toEqual([{ value: '', count: 60_000 }])
  for (const [index, exact] of [29_999.5, 59_399.5].entries())
    expect(Math.abs((groups[0]?.percentiles[index] ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.01)
  const fewer = await reader.percentiles({ ...asked, query: query('took<40000') })
  expect(fewer).toEqual({
    relativeError: 0,
    groups: [{ value: '', count: 40_000, percentiles: [19_999.5, 39_599.5] }],
  })
})

function onRead(told: ReadStats[]) {
  return { onRead: (read: ReadStats) => told.push(read) }
}
