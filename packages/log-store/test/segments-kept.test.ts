import { join } from 'node:path'
import { parse } from '@heartwood/query-lang'
import { expect, it } from 'vitest'
import { eventsAt } from '../src/segments/fetch/event-fetch.ts'
import { RowReader, type RowReaderBounds } from '../src/segments/fetch/row-reader.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { LocalSegmentFiles } from '../src/segments/files/local-segment-files.ts'
import { SegmentIndexes } from '../src/segments/idx/segment-indexes.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { DuckDbEngine } from '../src/segments/questions/duckdb-engine.ts'
import { StoreFollower } from '../src/segments/questions/store-follower.ts'
import type { StoreView } from '../src/segments/questions/store-view.ts'
import { SegmentsReader } from '../src/segments/reader.ts'
import { appendOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const DAY = 86_400_000_000_000n
const EVER = { from: MIDNIGHT - 10n * DAY, to: MIDNIGHT + 10n * DAY }
const COMMITS = 12
const ROWS = 400

const openWriter = (dir: string) =>
  openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0, now: () => MIDNIGHT })

async function storeOf(dir: string): Promise<StoreView> {
  const writer = await openWriter(dir)
  for (let commit = 1; commit <= COMMITS; commit++) {
    const events = eventsOf(`b${commit}`, ROWS, commit * ROWS)
    await writer.append(appendOf(0, BigInt(commit), events, `b${commit}`))
  }
  await writer.close()
  return new StoreFollower(localFiles, dir).refresh()
}

it('what a reader has in memory of rows takes at most its bound, however many segments are read', async () => {
  await using folder = await temporaryFolder()
  const { state, catalog } = await storeOf(folder.dir)
  const files = new LocalSegmentFiles(folder.dir)
  const bounds: RowReaderBounds = {
    pages: 20_000,
    dictionaries: 2_000,
    times: 4_000,
    levels: 500,
    places: 6_000,
  }
  const allRows = async (reader: RowReader) => {
    const found = []
    for (const segment of state.segments.values())
      for (const [group, { rows }] of reader.groups(segment).entries()) {
        const places = Array.from({ length: rows }, (_, row) => ({ segment, group, row }))
        const means = { reader, files: files.forQuestion(), check: () => undefined }
        using open = reader.open(segment, group)
        found.push(await eventsAt(means, catalog, places), open.levels())
      }
    return found
  }
  const narrow = new RowReader(files, bounds)
  const wide = new RowReader(files)
  expect(await allRows(narrow)).toEqual(await allRows(wide))
  const bound = Object.values(bounds).reduce((sum, bytes) => sum + bytes, bounds.places)
  expect(wide.keptBytes).toBeGreaterThan(2 * bound)
  expect(narrow.keptBytes).toBeLessThanOrEqual(bound)
})

it('what a reader has in memory of indexes takes at most its bound, however many segments are asked about', async () => {
  await using folder = await temporaryFolder()
  const { state } = await storeOf(folder.dir)
  const segments = [...state.segments.values()]
  const files = new LocalSegmentFiles(folder.dir).forQuestion()
  const maxBytes = 32_000
  const askAll = async (indexes: SegmentIndexes) => [
    await indexes.holding(segments, { kind: 'word', word: 'b7' }, files),
    await indexes.withPairs(segments, files),
    ...(await Promise.all(segments.map((segment) => indexes.serviceCounts(segment, files)))),
    ...(await Promise.all(segments.map((segment) => indexes.timeCounts(segment, files)))),
  ]
  const few = new SegmentIndexes({ maxBytes, onDamaged: raise })
  const many = new SegmentIndexes({ maxBytes: 1e9, onDamaged: raise })
  expect(await askAll(few)).toEqual(await askAll(many))
  expect(many.keptBytes).toBeGreaterThan(2 * maxBytes)
  expect(few.keptBytes).toBeLessThanOrEqual(maxBytes)
})

it('a reader has nothing in memory of segments that count no more', async () => {
  await using folder = await temporaryFolder()
  await storeOf(folder.dir)
  const reader = await readerOf(folder.dir)
  const askAll = async () => {
    await reader.search({ query: parse('line').query, range: EVER, limit: 50 })
    await reader.count({ query: parse('level>=error').query, range: { from: MIDNIGHT + 1n, to: EVER.to } })
  }
  await askAll()
  expect(reader.keptBytes).toBeGreaterThan(0)
  const writer = await openWriter(folder.dir)
  await writer.enforceRetention(MIDNIGHT + 100n * DAY)
  await writer.close()
  await askAll()
  expect(reader.keptBytes).toBe(0)
  await reader.close()
})

async function readerOf(dir: string): Promise<SegmentsReader> {
  const segmentFiles = new LocalSegmentFiles(dir)
  return new SegmentsReader({
    dir,
    files: localFiles,
    segmentFiles,
    source: new StoreFollower(localFiles, dir),
    engine: await DuckDbEngine.open({
      directories: segmentFiles.directories,
      tempDirectory: join(dir, 'tmp'),
      memoryLimit: '64MB',
      tempLimit: '64MB',
      threads: 1,
      atOnce: () => 1,
      waiting: 1,
      timeLimit: 60_000,
      onLost: raise,
    }),
    indexes: new SegmentIndexes({ maxBytes: 1e6, onDamaged: raise }),
    edgeRows: 1e6,
    exactRows: 1e6,
    now: () => MIDNIGHT,
  })
}

function raise(...said: unknown[]): never {
  throw new Error(said.join(': '))
}
