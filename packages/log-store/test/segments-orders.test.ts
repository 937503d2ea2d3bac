import { afterAll, beforeAll, expect, it } from 'vitest'
import { query } from '../src/contract/store-under-test.ts'
import type { LogReader, ReadStats, SearchOrder } from '../src/port.ts'
import { ROW_GROUP_ROWS } from '../src/segments/append/parquet-encoder.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { batchOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

/** More row groups than one wave of DuckDB takes, each over a part of the time that overlaps with its neighbours'. */
const SEGMENTS = 6
const ROWS = 60_000
const LENGTH = 100_000_000_000n

const folder = await temporaryFolder()
let reader: LogReader

beforeAll(async () => {
  const { dir } = folder
  const writer = await openSegmentsWriter({ dir, retentionDays: 36_500, maxBytes: 1e9, ballastBytes: 0 })
  for (let segment = 0; segment < SEGMENTS; segment++) {
    const events = Array.from({ length: ROWS }, (_, row) => ({
      id: `s${segment}-${row}`,
      timestamp: MIDNIGHT + (BigInt(segment) * LENGTH) / 2n + ((BigInt(row * 7919) * 1_000_003n) % LENGTH),
      observed_at: MIDNIGHT,
      message: row % 1000 === 0 ? 'rare' : 'common',
      source: 'json',
    }))
    const [from, to] = [segment === 0 ? null : BigInt(segment), BigInt(segment + 1)]
    await writer.append({ partition: 0, from, to, events: batchOf(events), deadLetters: [], batches: [] })
  }
  await writer.close()
  reader = await openSegmentsReader({ dir })
}, 60_000)

afterAll(async () => {
  await reader.close()
  await folder[Symbol.asyncDispose]()
})

const EVER = { from: MIDNIGHT, to: MIDNIGHT + 10n * LENGTH }

/** The ids of all pages of a search, up to some number. */
async function paged(text: string, order: SearchOrder, limit: number, pages: number): Promise<string[]> {
  const ids: string[] = []
  let after: { timestamp: bigint; id: string } | undefined
  for (let page = 0; page < pages; page++) {
    const request = { query: query(text), range: EVER, order, limit, ...(after && { after }) }
    const { events, more } = await reader.search(request)
    ids.push(...events.map(({ id }) => id))
    after = events.at(-1)
    if (!more) break
  }
  return ids
}

/** By their bytes here, and by DuckDB in waves. */
it.each(['rare', '/rare|never/'])(
  'over many row groups, pages of one order are the reverse of the other for %s',
  async (text) => {
    const newest = await paged(text, 'newest', 70, 10)
    expect(new Set(newest).size).toBe((SEGMENTS * ROWS) / 1000)
    expect(await paged(text, 'oldest', 70, 10)).toEqual(newest.toReversed())
  },
)

it('over many row groups, small pages are the beginning of a large one, in either order', async () => {
  for (const order of ['newest', 'oldest'] as const) {
    const [large, small] = [await paged('*', order, 500, 1), await paged('*', order, 100, 5)]
    expect(small).toEqual(large)
  }
})

it.each(['newest', 'oldest'] as const)('%s first, no more is read than the page needs', async (order) => {
  for (const text of ['*', 'common', '/common|never/']) {
    let read: ReadStats | undefined
    const onRead = (told: ReadStats) => {
      read = told
    }
    await reader.search({ query: query(text), range: EVER, order, limit: 20, onRead })
    expect(read?.segments, text).toBeLessThan(SEGMENTS)
    expect(read?.rows, text).toBeLessThan(SEGMENTS * ROWS)
  }
})

it.each(['newest', 'oldest'] as const)(
  '%s first, a match is found where the last segment has row groups before and after the range but none in it',
  async (order) => {
    await using gap = await temporaryFolder()
    const { dir } = gap
    const at = (seconds: number) => MIDNIGHT + BigInt(seconds) * 1_000_000_000n
    const rowAt = (seconds: number, message: string) => ({
      ...{ timestamp: at(seconds), observed_at: MIDNIGHT, message, source: 'json' },
    })
    // The first row group is full with what comes before the gap.
    const early = Array.from({ length: ROW_GROUP_ROWS }, (_, row) => rowAt(1_000 + (row % 100), 'common'))
    const late = Array.from({ length: 100 }, (_, row) => rowAt(3_000 + row, 'common'))
    const around = [rowAt(0, 'common'), rowAt(2_500, 'rare'), rowAt(5_000, 'common')]
    const withIds = (rows: readonly ReturnType<typeof rowAt>[], name: string) =>
      batchOf(rows.map((row, index) => ({ ...row, id: `${name}-${index}` })))
    const writer = await openSegmentsWriter({ dir, retentionDays: 36_500, maxBytes: 1e9, ballastBytes: 0 })
    const nothing = { partition: 0, deadLetters: [], batches: [] }
    await writer.append({ ...nothing, from: null, to: 1n, events: withIds([...early, ...late], 'apart') })
    await writer.append({ ...nothing, from: 1n, to: 2n, events: withIds(around, 'around') })
    await writer.close()
    const asked = await openSegmentsReader({ dir })
    const range = { from: at(2_000), to: at(2_900) }
    const { events } = await asked.search({ query: query('/rare|never/'), range, order, limit: 10 })
    await asked.close()
    expect(events.map(({ id }) => id)).toEqual(['around-1'])
  },
)
