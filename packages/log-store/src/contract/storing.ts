import type { EventDraft } from '@heartwood/event'
import { expect, test } from 'vitest'
import type { LogWriter } from '../port.ts'
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

const HOUR = DAY / 24n

export function storing(open: OpenStore): void {
  test('an empty store has no days', async () => {
    await using store = await openStore(open)
    await store.reader.refresh()
    expect(await store.reader.storage()).toEqual([])
  })

  test('events are counted by the UTC day they happened on, newest day first, whatever came when', async () => {
    await using store = await openStore(open)
    const today = startOfDay(RECENT)
    const received = RECENT + HOUR
    await append(store, [at('old', today - 3n * DAY), at('late', today - 1n, { observed_at: received })])
    await append(store, [at('first', today), at('before 1970', -1n), at('last', RECENT)])
    expect(
      (await store.reader.storage()).map(({ day, events, newest }) => ({ day, events, newest })),
    ).toEqual([
      { day: today, events: 2, newest: RECENT },
      { day: today - DAY, events: 1, newest: received },
      { day: today - 3n * DAY, events: 1, newest: RECENT },
      { day: -DAY, events: 1, newest: RECENT },
    ])
    await expectSumsOfStats(store)
  })

  test('a day of which everything is deleted is no day any more', async () => {
    await using store = await openStore(open)
    const today = startOfDay(RECENT)
    await append(store, [at('gone', today - DAY), at('kept', today), at('gone too', today)])
    const everything = { query: query('*'), range: { from: today - DAY, to: today } }
    await store.writer.delete({ ...everything, acceptedBefore: RECENT + HOUR })
    await store.writer.delete({
      query: query('message:"gone too"'),
      range: EVER,
      acceptedBefore: RECENT + HOUR,
    })
    await store.reader.refresh()
    expect((await store.reader.storage()).map(({ day, events }) => ({ day, events }))).toEqual([
      { day: today, events: 1 },
    ])
    await expectSumsOfStats(store)
  })
}

export function storingWhatIsShown(open: OpenStore<LogWriter>): void {
  test('what is only shown counts, once, also when it is appended', async () => {
    await using store = await openStore(open)
    await append(store, [at('a', RECENT)])
    const from = store.writer.position(0)
    const shown = [at('b', RECENT), at('c', RECENT - 2n * DAY)]
    await store.writer.show({ partition: 0, from, to: (from ?? 0n) + 1n, events: batchOf(shown) })
    await store.reader.refresh()
    const seen = async () => (await store.reader.storage()).map(({ events }) => events)
    expect(await seen()).toEqual([2, 1])
    await expectSumsOfStats(store)
    await append(store, shown)
    expect(await seen()).toEqual([2, 1])
    await expectSumsOfStats(store)
  })
}

function at(id: string, timestamp: bigint, more: Partial<EventDraft> = {}): EventDraft {
  return draft(id, { timestamp, message: id, ...more })
}

function startOfDay(time: bigint): bigint {
  return time - (time % DAY)
}

/** The days add up to what the store says of itself, and to what can be found. */
async function expectSumsOfStats({ reader }: StoreUnderTest): Promise<void> {
  const days = await reader.storage()
  const sum = (of: (day: (typeof days)[number]) => number) => days.reduce((total, day) => total + of(day), 0)
  const { events, bytes, segments } = await reader.stats()
  expect({ events: sum((day) => day.events), bytes: sum((day) => day.bytes) }).toEqual({ events, bytes })
  expect(sum((day) => day.segments)).toBe(segments)
  expect(await reader.count({ query: query('*'), range: EVER })).toBe(events)
}
