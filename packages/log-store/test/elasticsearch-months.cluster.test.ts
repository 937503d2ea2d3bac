import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { batchOf, DAY, draft, EVER, query } from '../src/contract/store-under-test.ts'
import type { Settlement } from '../src/port.ts'
import { newIndices } from './elasticsearch/store-under-test.ts'
import { storedIds } from './elasticsearch/stored-documents.ts'

/** Started before any test is timed: on a busy machine that takes minutes. */
const address = await sharedServer('elasticsearch')
const settle = (): Settlement => ({ deadLetters: [], receipts: [], replayed: [] })
const at = (text: string): Nanos => BigInt(Date.parse(text)) * NANOS_PER_MILLI
const happened = (id: string, time: Nanos, received = time) =>
  draft(id, { timestamp: time, observed_at: received })
const Indices = z.array(z.object({ index: z.string() }))

/** A store that has an index a month, and writers of a version that had one a day. */
function openMonths() {
  const indices = newIndices(address)
  const reader = indices.openReader()
  const byMonth = indices.openWriter({ retentionDays: 365, period: 'month' })
  const byDay = indices.openWriter({ retentionDays: 365 })
  return {
    reader,
    byMonth,
    byDay,
    /** Names of the indices with events, without what they begin with. */
    async indices(): Promise<string[]> {
      const answer = await fetch(`${address}/_cat/indices/${indices.prefix}*?format=json&h=index`)
      return Indices.parse(await answer.json())
        .map(({ index }) => index.slice(indices.prefix.length))
        .sort()
    },
    stored: () => storedIds(address, indices.prefix),
    async found(text = '*'): Promise<string[]> {
      await reader.refresh()
      const { events } = await reader.search({ query: query(text), range: EVER, limit: 100, order: 'oldest' })
      return events.map(({ id }) => id)
    },
    async [Symbol.asyncDispose]() {
      await reader.close()
      await byMonth.close()
      await byDay.close()
      await indices.remove()
    },
  }
}

test('a store by months has an index for each, from which every event is found once, by its id and by its words', async () => {
  await using store = openMonths()
  const events = [
    happened('a', at('2026-09-30T23:59:59.999Z')),
    happened('b', at('2026-10-01T00:00:00Z')),
    happened('c', at('2026-10-31T23:59:59Z')),
    happened('d', at('2026-11-01T00:00:00Z')),
    happened('imported', at('2020-01-01T00:00:00Z'), at('2026-10-05T00:00:00Z')),
  ]
  await store.byMonth.write({ events: batchOf(events), settle })
  await store.byMonth.write({ events: batchOf(events), settle })
  expect(await store.indices()).toEqual([
    '2026.09.month',
    '2026.10.month',
    '2026.11.month',
    'imported.2026.10.month',
  ])
  expect(await store.found()).toEqual(['imported', 'a', 'b', 'c', 'd'])
  expect(await store.found('message of c')).toEqual(['c'])
  expect((await store.reader.event('c'))?.message).toBe('message of c')
  expect(
    await store.reader.count({ query: query('*'), range: { from: at('2026-10-01'), to: at('2026-11-01') } }),
  ).toBe(2)
  expect(
    await store.byMonth.delete({
      query: query('message of b'),
      range: EVER,
      acceptedBefore: at('2027-01-01'),
    }),
  ).toEqual({ deleted: 1 })
  expect(await store.found()).toEqual(['imported', 'a', 'c', 'd'])
})

test('what an older version stored by days is found, and not stored again when it comes again', async () => {
  await using store = openMonths()
  const [before, after] = [at('2026-11-25T10:00:00Z'), at('2026-11-26T10:00:00Z')]
  const older = [happened('a', before), happened('b', after), happened('old', 1n, after)]
  await store.byDay.write({ events: batchOf(older), settle })
  const resent = [...older, happened('c', after), happened('x'.repeat(600), after)]
  await store.byMonth.write({ events: batchOf(resent), settle })
  await store.byMonth.write({ events: batchOf(resent), settle })
  expect(await store.indices()).toEqual(['2026.11.25', '2026.11.26', '2026.11.month', 'imported.2026.11.26'])
  expect((await store.stored()).count).toBe(5)
  expect((await store.found()).slice(0, 4)).toEqual(['old', 'a', 'b', 'c'])
})

test('an index of a month goes when the last moment of the month is past the retention, one of a day as ever', async () => {
  await using store = openMonths()
  const [first, last] = [at('2025-10-01T00:00:00Z'), at('2025-10-31T23:00:00Z')]
  await store.byDay.write({ events: batchOf([happened('day', first)]), settle })
  await store.byMonth.write({
    events: batchOf([happened('first', first), happened('last', last), happened('next', last + DAY)]),
    settle,
  })
  const enforce = (time: string) => store.byMonth.enforceRetention(at(time))
  expect(await enforce('2026-10-02T12:00:00Z')).toEqual({ segments: 1, events: 1 })
  expect(await store.indices()).toEqual(['2025.10.month', '2025.11.month'])
  expect(await enforce('2026-10-31T23:59:59Z')).toEqual({ segments: 0, events: 0 })
  expect(await enforce('2026-11-01T00:00:00Z')).toEqual({ segments: 1, events: 2 })
  expect(await store.found()).toEqual(['next'])
})
