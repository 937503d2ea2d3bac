import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { type EventBatch, EventBatchBuilder, type EventDraft, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { planColumns } from '../src/segments/append/column-plan.ts'
import {
  LIVE_SUFFIX,
  liveDirectory,
  segmentPath,
  segmentsDirectory,
  writeLiveSegment,
  writeSegment,
} from '../src/segments/append/segment-file.ts'
import { type EventMeans, eventsAt, placeOf } from '../src/segments/fetch/event-fetch.ts'
import { firstRows, rowsWithin } from '../src/segments/fetch/first-rows.ts'
import { RowReader } from '../src/segments/fetch/row-reader.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { LocalSegmentFiles } from '../src/segments/files/local-segment-files.ts'
import { FieldCatalog } from '../src/segments/manifest/field-catalog.ts'
import type { SegmentInfo } from '../src/segments/manifest/manifest-format.ts'
import { readSegments } from '../src/segments/merge/read-segments.ts'
import { temporaryFolder } from './segments/store-content.ts'

const INT64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const text = fc.oneof(
  fc.constantFrom('', 'GET', 'POST', 'ü', '\0', '\ufeffbom', '\ud800', '\u{1f600}'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 700 }),
)
const value = fc.oneof(
  text,
  fc.integer(),
  INT64,
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.array(fc.integer(), { maxLength: 3 }),
)

/** Some rows, each as often as drawn, so that there are runs and dictionaries as well as values that occur once. */
const drafts: fc.Arbitrary<EventDraft[]> = fc
  .array(
    fc.tuple(
      fc.record(
        {
          timestamp: INT64,
          observed_at: INT64,
          severity_number: fc.integer({ min: 0, max: 24 }),
          weight: fc.constantFrom(1, 2.5, 1e9),
          service: text,
          message: text,
          trace_id: text,
          attributes: fc.dictionary(fc.constantFrom('a', 'A', 'ü', '__proto__'), value),
          resource: fc.dictionary(fc.constantFrom('a', 'host'), value),
        },
        { requiredKeys: ['timestamp', 'observed_at'] },
      ),
      fc.integer({ min: 1, max: 300 }),
    ),
    { minLength: 1, maxLength: 20 },
  )
  .map((drawn) =>
    drawn.flatMap(([row, times], at) =>
      Array.from({ length: times }, (_, index) => ({ id: `batch${at}-${index}`, ...row })),
    ),
  )

function batchOf(events: readonly EventDraft[]): EventBatch {
  const builder = new EventBatchBuilder()
  for (const event of events) builder.add(event)
  return builder.finish()
}

function readerOf(dir: string): RowReader {
  return new RowReader(new LocalSegmentFiles(dir))
}

function meansOf(dir: string, reader: RowReader): EventMeans {
  return { reader, files: new LocalSegmentFiles(dir).forQuestion(), check: () => undefined }
}

interface Written {
  readonly dir: string
  readonly segment: SegmentInfo
  readonly catalog: FieldCatalog
}

async function written(dir: string, batch: EventBatch, file: string): Promise<Written> {
  await mkdir(segmentsDirectory(dir), { recursive: true })
  await mkdir(liveDirectory(dir), { recursive: true })
  const catalog = new FieldCatalog(planColumns(batch, new FieldCatalog([])).added)
  const write = file.endsWith(LIVE_SUFFIX) ? writeLiveSegment : writeSegment
  return { dir, segment: await write(localFiles, dir, file, batch, catalog), catalog }
}

it.each(['.parquet', LIVE_SUFFIX])(
  'any rows of a segment (%s), in any order, are read alone as they are read together',
  async (suffix) => {
    await using folder = await temporaryFolder()
    let files = 0
    await fc.assert(
      fc.asyncProperty(drafts, fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), async (events, drawn) => {
        const batch = batchOf(events)
        const { dir, segment, catalog } = await written(folder.dir, batch, `any-${files++}${suffix}`)
        const reader = readerOf(dir)
        const rows = drawn.map((number) => number % batch.length)
        const places = rows.map((row) => placeOf(reader, segment, row))
        const expected = [...rowsOf(await readSegments(localFiles, dir, [segment], catalog))]
        const read = await eventsAt(meansOf(dir, reader), catalog, places)
        expect(read).toEqual(rows.map((row) => expected[row]))
      }),
      { numRuns: 100 },
    )
  },
  60_000,
)

it('rows of large segments are found in their row group and page', async () => {
  await using folder = await temporaryFolder()
  const events = Array.from({ length: 70_000 }, (_, index) => ({
    id: `batch-${index}`,
    timestamp: 1_795_392_000_000_000_000n + BigInt((index * 7919) % 70_000) * 1_000_000n,
    observed_at: 0n,
    message: `line ${index} ${'x'.repeat(index % 50)}`,
    ...(index % 3 > 0 && { trace_id: `trace-${index % 20_000}` }),
    ...(index >= 66_000 && { hostname: `only in the second group ${index % 3}` }),
    attributes: {
      wide: `value ${(index * 7919) % 30_000}`,
      number: index % 5 === 0 ? index / 7 : (index * 31) % 5000,
      even: index % 2 === 0,
    },
  }))
  const batch = batchOf(events)
  const { dir, segment, catalog } = await written(folder.dir, batch, 'large.parquet')
  const reader = readerOf(dir)
  expect(reader.groups(segment).map(({ rows }) => rows)).toEqual([65_536, 4464])
  const rows = [0, 1, 255, 256, 65_535, 65_536, 69_999, ...Array.from({ length: 200 }, (_, n) => n * 349)]
  const places = rows.map((row) => placeOf(reader, segment, row))
  const expected = [...rowsOf(batch)]
  expect(await eventsAt(meansOf(dir, reader), catalog, places)).toEqual(rows.map((row) => expected[row]))
})

it('the first rows of a range in either order are found by time alone, with all that have the time of the last of them', async () => {
  await using folder = await temporaryFolder()
  let files = 0
  const times = fc.array(fc.bigInt({ min: 0n, max: 40n }), { minLength: 1, maxLength: 300 })
  const bound = fc.bigInt({ min: -5n, max: 45n })
  await fc.assert(
    fc.asyncProperty(
      times,
      bound,
      bound,
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom('newest', 'oldest'),
      async (drawn, from, to, wanted, order) => {
        // Nanoseconds apart, which doubles of this size cannot tell.
        const base = 1_795_392_000_000_000_000n
        const timestamps = drawn.map((step) => base + step)
        const batch = batchOf(
          timestamps.map((timestamp, index) => ({ id: `b-${index}`, timestamp, observed_at: 0n })),
        )
        const { dir, segment } = await written(folder.dir, batch, `times-${files++}.parquet`)
        const reader = readerOf(dir)
        const range = { from: base + from, to: base + to }
        using open = reader.open(segment, 0)
        const sought = { range, order, wanted }
        const found = firstRows(open.times(), rowsWithin(open.times(), range), sought)
        const inRange = timestamps
          .map((timestamp, row) => ({ timestamp, row }))
          .filter(({ timestamp }) => timestamp >= base + from && timestamp < base + to)
        const isBehind = (a: bigint, b: bigint) => (order === 'newest' ? a < b : a > b)
        const last = inRange.map(({ timestamp }) => timestamp).sort((a, b) => (isBehind(a, b) ? 1 : -1))[
          wanted - 1
        ]
        expect(inRange).toEqual(expect.arrayContaining(found))
        const rows = new Set(found.map(({ row }) => row))
        for (const { timestamp, row } of inRange)
          if (last === undefined || !isBehind(timestamp, last)) expect(rows).toContain(row)
      },
    ),
    { numRuns: 100 },
  )
})

it('a page that is damaged, and a file that is cut or gone, are reported with the name of the file', async () => {
  await using folder = await temporaryFolder()
  const batch = batchOf(
    Array.from({ length: 2000 }, (_, index) => ({
      id: `b-${index}`,
      timestamp: 1n,
      observed_at: 0n,
      message: `m ${index}`,
    })),
  )
  const { dir, segment, catalog } = await written(folder.dir, batch, 'damaged.parquet')
  const path = segmentPath(dir, segment.file)
  const whole = await readFile(path)
  const read = (reader: RowReader) =>
    eventsAt(meansOf(dir, reader), catalog, [{ segment, group: 0, row: 1000 }])
  const isCorrupt = expect.objectContaining({
    code: 'corrupt',
    message: expect.stringContaining('damaged.parquet'),
  })

  const place = readerOf(dir).groups(segment)[0]?.chunks.get(15)
  const flipped = Uint8Array.from(whole)
  const middle = (place?.offset ?? 0) + ((place?.length ?? 0) >> 1)
  flipped[middle] = (flipped[middle] ?? 0) ^ 1
  await writeFile(path, flipped)
  await expect(read(readerOf(dir))).rejects.toEqual(isCorrupt)

  await writeFile(path, whole.subarray(0, whole.length - 3))
  await expect(async () => read(readerOf(dir))).rejects.toEqual(isCorrupt)

  await localFiles.remove(path)
  await expect(async () => read(readerOf(dir))).rejects.toEqual(isCorrupt)
})
