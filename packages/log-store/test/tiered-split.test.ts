import { type EventDraft, type LogEvent, MAX_NANOS, MIN_NANOS, NANOS_PER_DAY } from '@heartwood/event'
import { print, type Query } from '@heartwood/query-lang'
import { ATTRIBUTE_KEYS, anyEvent, anyValidQuery } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchOf, draft, EVER, query } from '../src/contract/store-under-test.ts'
import {
  type LogReader,
  memoryLogStore,
  type SearchOrder,
  type SearchPosition,
  type TimeRange,
} from '../src/index.ts'
import { commonest } from '../src/tiered/commonest.ts'
import { type Coverage, partsOf, tierOf } from '../src/tiered/coverage.ts'
import { TieredReader } from '../src/tiered/tiered-reader.ts'

const DAY = NANOS_PER_DAY
const HOUR = DAY / 24n
const MONDAY = 20_000n * DAY
const DAYS = 6

const anyOffset = fc.oneof(fc.constantFrom(0n, 1n, DAY - 1n), fc.bigInt({ min: 0n, max: DAY - 1n }))
const anyDay = fc.integer({ min: -1, max: DAYS + 1 }).map((day) => MONDAY + BigInt(day) * DAY)
/** Within some days, before 1970, and far in the future: what has no or a wrong time ends up anywhere. */
const anyTime = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(anyDay, anyOffset).map(([day, offset]) => day + offset) },
  { weight: 1, arbitrary: fc.constantFrom(MIN_NANOS, -1n, 0n, MONDAY + 4000n * DAY, MAX_NANOS - 1n) },
)
const anyHolding = fc.record({
  event: anyEvent,
  timestamp: anyTime,
  /** Whether the tier that does not answer has it too: not yet archived, not yet deleted, late. */
  inBoth: fc.boolean(),
})
const anyCoverage = fc.record({
  hotFrom: fc.option(anyDay, { nil: undefined }),
  restored: fc
    .uniqueArray(fc.tuple(anyDay, fc.constantFrom(DAY, 2n * DAY)), { maxLength: 3 })
    .map((days) => days.map(([from, length]) => ({ from, to: from + length }))),
})
const anyRange = fc.oneof(
  fc.constant(EVER),
  fc.tuple(anyTime, anyTime).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a })),
)
/** Fields that events are grouped by. */
const anyField = fc.constantFrom('level', 'service', 'weight', 'resource.zone', ...ATTRIBUTE_KEYS)

const settle = () => ({ deadLetters: [], receipts: [], replayed: [] })

/** The same events in one store, and in two of which each has all that it answers, and some of the rest. */
async function split(
  holdings: readonly { readonly draft: EventDraft; readonly inBoth: boolean }[],
  coverage: Coverage,
) {
  const stores = { one: memoryLogStore(), hot: memoryLogStore(), cold: memoryLogStore() }
  const writers = {
    one: stores.one.openIdempotentWriter(),
    hot: stores.hot.openIdempotentWriter(),
    cold: stores.cold.openIdempotentWriter(),
  }
  const write = async (events: typeof holdings) => {
    for (const name of ['one', 'hot', 'cold'] as const) {
      const own = events.filter(
        ({ draft, inBoth }) => name === 'one' || inBoth || tierOf(coverage, draft.timestamp) === name,
      )
      await writers[name].write({ events: batchOf(own.map(({ draft }) => draft)), settle })
    }
  }
  await write(holdings)
  const readers = { hot: stores.hot.openReader(), cold: stores.cold.openReader() }
  return { one: stores.one.openReader(), tiered: new TieredReader(readers, async () => coverage), write }
}

test('parts follow each other without gap or overlap, have the tier of each moment in them, and are as few as can be', () => {
  fc.assert(
    fc.property(anyCoverage, anyRange, fc.array(anyTime), (coverage, range, times) => {
      const parts = partsOf(coverage, range)
      expect(parts[0]?.range.from).toBe(range.from)
      expect(parts.at(-1)?.range.to).toBe(range.to)
      for (const [index, part] of parts.entries()) {
        const next = parts[index + 1]
        if (next === undefined) continue
        expect(next.range.from).toBe(part.range.to)
        expect(next.tier).not.toBe(part.tier)
      }
      for (const time of times.filter((time) => time >= range.from && time < range.to)) {
        const holding = parts.filter(({ range }) => time >= range.from && time < range.to)
        expect(holding.map(({ tier }) => tier)).toEqual([tierOf(coverage, time)])
      }
    }),
  )
})

const anyValues = fc.dictionary(fc.constantFrom(...'abcdefgh'), fc.integer({ min: 1, max: 5 }))

test('the commonest values of cut lists are those of whole ones, or it is said that the lists are too short', () => {
  const commonFirst = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  const anyLimit = fc.integer({ min: 1, max: 9 })
  let certain = 0
  fc.assert(
    fc.property(
      fc.array(anyValues, { minLength: 2, maxLength: 3 }),
      anyLimit,
      anyLimit,
      (parts, limit, asked) => {
        const sums: Record<string, number> = {}
        for (const [value, count] of parts.flatMap((part) => Object.entries(part)))
          sums[value] = (sums[value] ?? 0) + count
        const lists = parts.map((part) => commonFirst(part))
        const top = commonest(
          lists.map((list) => list.slice(0, asked)),
          { limit, asked },
        )
        if (lists.every(({ length }) => length < asked)) expect(top).toBeDefined()
        if (top === undefined) return
        certain++
        expect(top).toEqual(commonFirst(sums).slice(0, limit))
      },
    ),
    { numRuns: 2000 },
  )
  expect(certain).toBeGreaterThan(500)
})

test('every question over any split has the answer of one store that holds all of it', async () => {
  const anyQuestion = fc.record({ query: anyValidQuery, range: anyRange, field: anyField })
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyHolding, { minLength: 1, maxLength: 40 }),
      anyCoverage,
      fc.array(anyQuestion, { minLength: 4, maxLength: 8 }),
      async (holdings, coverage, questions) => {
        const drafts = holdings.map(({ event, timestamp, inBoth }, index) => ({
          draft: { ...event, id: `b${index % 3}-${index}`, timestamp },
          inBoth,
        }))
        const { one, tiered } = await split(drafts, coverage)
        for (const question of questions) await expectSame(one, tiered, question)
        for (const { draft } of drafts)
          expect(await tiered.event(draft.id)).toEqual(await one.event(draft.id))
        const stored = async (reader: LogReader) =>
          (await reader.storage()).map(({ day, events }) => ({ day, events }))
        expect(await stored(tiered)).toEqual(await stored(one))
        expect((await tiered.stats()).events).toBe(drafts.length)
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)

test('page by page across the border, what comes in and what changes tiers meanwhile neither repeats nor skips anything', async () => {
  const anyMoment = fc.record({
    arrive: fc.array(fc.record({ timestamp: anyTime }), { maxLength: 3 }),
    coverage: anyCoverage,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyTime, { minLength: 1, maxLength: 30 }),
      fc.array(anyMoment, { minLength: 1, maxLength: 6 }),
      fc.constantFrom<SearchOrder>('newest', 'oldest'),
      fc.integer({ min: 1, max: 7 }),
      async (times, moments, order, limit) => {
        // Both have everything, as around a day that is retired or restored.
        const stores = { hot: memoryLogStore(), cold: memoryLogStore() }
        const write = async (drafts: readonly EventDraft[]) => {
          for (const store of Object.values(stores))
            await store.openIdempotentWriter().write({ events: batchOf(drafts), settle })
        }
        await write(times.map((timestamp, index) => draft(`old-${index}`, { timestamp })))
        let coverage: Coverage = moments[0]?.coverage ?? { hotFrom: undefined, restored: [] }
        const readers = { hot: stores.hot.openReader(), cold: stores.cold.openReader() }
        const tiered = new TieredReader(readers, async () => coverage)
        const search = { query: query('*'), range: EVER, order }
        const expected = (await tiered.search({ ...search, limit: 1000 })).events.map(({ id }) => id)
        const found: string[] = []
        let after: SearchPosition | undefined
        for (let page = 0, more = true; more; page++) {
          const answer = await tiered.search({ ...search, limit, ...(after && { after }) })
          found.push(...answer.events.map(({ id }) => id))
          after = answer.events.at(-1)
          more = answer.more
          const moment = moments[page]
          if (moment === undefined) continue
          coverage = moment.coverage
          await write(
            moment.arrive.map(({ timestamp }, index) => draft(`new-${page}-${index}`, { timestamp })),
          )
        }
        expect(found.filter((id) => id.startsWith('old-'))).toEqual(expected)
        expect(new Set(found).size).toBe(found.length)
      },
    ),
    { numRuns: 60 },
  )
})

async function expectSame(
  one: LogReader,
  tiered: LogReader,
  { query, range, field }: { readonly query: Query; readonly range: TimeRange; readonly field: string },
): Promise<void> {
  const asked = { query, range }
  const same = async (ask: (reader: LogReader) => Promise<unknown>) => {
    // A question that no store answers is refused by both.
    const answer = (reader: LogReader) => ask(reader).catch((error: unknown) => String(error))
    expect(await answer(tiered), `${print(query)} by ${field}`).toEqual(await answer(one))
  }
  for (const order of ['newest', 'oldest'] as const) {
    await same((reader) => reader.search({ ...asked, order, limit: 1000 }))
    for (const limit of [1, 4]) await same((reader) => allPages(reader, { ...asked, order, limit }))
  }
  await same((reader) => reader.count(asked))
  for (const interval of [HOUR, 7n * HOUR, 3n * DAY]) {
    await same((reader) => reader.histogram({ ...asked, interval }))
    await same((reader) => reader.histogram({ ...asked, interval, by: field }))
    await same((reader) => reader.histogram({ ...asked, interval, by: field, groups: 2 }))
  }
  for (const limit of [1, 3, 1000]) await same((reader) => reader.top({ ...asked, field, limit }))
  await same((reader) =>
    reader.percentiles({ ...asked, field, percentiles: [0, 50, 99], by: 'service', groups: 3 }),
  )
  await same((reader) => reader.patterns({ ...asked, limit: 5, interval: HOUR, events: 1000 }))
  await same((reader) => reader.fields({ range }))
}

async function allPages(
  reader: LogReader,
  search: { query: Query; range: TimeRange; order: SearchOrder; limit: number },
): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  let after: SearchPosition | undefined
  for (;;) {
    const page = await reader.search({ ...search, ...(after && { after }) })
    events.push(...page.events)
    after = page.events.at(-1)
    if (!page.more) return events
    expect(page.events).toHaveLength(search.limit)
  }
}
