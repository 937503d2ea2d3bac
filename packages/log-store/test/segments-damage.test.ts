import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from '@heartwood/query-lang'
import { describe, expect, it } from 'vitest'
import type { LogReader } from '../src/port.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { manifestPath } from '../src/segments/manifest/manifest-file.ts'
import { decodeRecords, encodeRecord } from '../src/segments/manifest/manifest-record.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { appendOf, contentOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const DAY = 86_400_000_000_000n
const EVER = { from: MIDNIGHT - 10n * DAY, to: MIDNIGHT + 10n * DAY }
const query = (text: string) => parse(text).query

/** A closed store with events of two days, and the name of a segment of each. */
async function twoDays(dir: string): Promise<{ yesterday: string; today: string }> {
  const writer = await openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0 })
  await writer.append(appendOf(0, 1n, eventsOf('b1', 40), 'b1'))
  await writer.close()
  const names = await segmentNames(dir)
  const named = (day: string) => names.find((name) => name.startsWith(day)) ?? ''
  return { yesterday: named('2026-11-22'), today: named('2026-11-23') }
}

async function segmentNames(dir: string): Promise<string[]> {
  const manifest = await readFile(manifestPath(dir, 1), 'utf8')
  return [...new Set(manifest.match(/2026-[\w-]+\.parquet/g))]
}

async function reading<T>(dir: string, use: (reader: LogReader) => Promise<T>): Promise<T> {
  const reader = await openSegmentsReader({ dir })
  try {
    return await use(reader)
  } finally {
    await reader.close()
  }
}

/** Every kind of question, all of which must report what is wrong in the range they ask about. */
const QUESTIONS: readonly (readonly [string, (reader: LogReader) => Promise<unknown>])[] = [
  ['search', (reader) => reader.search({ query: query('*'), range: EVER, limit: 5 })],
  ['count', (reader) => reader.count({ query: query('*'), range: EVER })],
  ['a count of nothing', (reader) => reader.count({ query: query('service:nobody'), range: EVER })],
  ['histogram', (reader) => reader.histogram({ query: query('*'), range: EVER, interval: DAY, by: 'level' })],
  ['top', (reader) => reader.top({ query: query('*'), range: EVER, field: 'service', limit: 3 })],
  ['fields', (reader) => reader.fields({ range: EVER })],
  ['event', (reader) => reader.event('b1-3')],
]

describe('a segment file that is gone or changed', () => {
  it.each(QUESTIONS)(
    'is reported by the next question, which is never just smaller (%s)',
    async (_name, ask) => {
      await using folder = await temporaryFolder()
      const { yesterday } = await twoDays(folder.dir)
      await reading(folder.dir, async (reader) => {
        await ask(reader)
        await rm(join(folder.dir, 'segments', yesterday))
        await expect(ask(reader)).rejects.toMatchObject({
          name: 'LogStoreError',
          code: 'corrupt',
          message: expect.stringContaining(yesterday),
        })
      })
    },
  )

  it('does not disturb questions about other days', async () => {
    await using folder = await temporaryFolder()
    const { yesterday } = await twoDays(folder.dir)
    await rm(join(folder.dir, 'segments', yesterday))
    await reading(folder.dir, async (reader) => {
      const range = { from: MIDNIGHT, to: MIDNIGHT + DAY }
      expect(await reader.count({ query: query('line'), range })).toBe(32)
    })
  })

  it('is reported when its size is another', async () => {
    await using folder = await temporaryFolder()
    const { today } = await twoDays(folder.dir)
    const path = join(folder.dir, 'segments', today)
    await truncate(path, (await readFile(path)).length - 1)
    await reading(folder.dir, (reader) =>
      expect(reader.count({ query: query('*'), range: EVER })).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining(today),
      }),
    )
  })

  it('is reported when its pages do not hold what was written, and is never merged into another', async () => {
    await using folder = await temporaryFolder()
    const { today } = await twoDays(folder.dir)
    const path = join(folder.dir, 'segments', today)
    const bytes = await readFile(path)
    // The first half is pages: zstd frames with checksums.
    for (let at = 40; at < bytes.length / 2; at += 97) bytes[at] = (bytes[at] ?? 0) ^ 0x10
    await writeFile(path, bytes)
    const report = { code: 'corrupt', message: expect.stringContaining(today) }
    await reading(folder.dir, async (reader) => {
      const search = reader.search({ query: query('*'), range: EVER, limit: 100 })
      await expect(search).rejects.toMatchObject(report)
    })
    const writer = await openSegmentsWriter({
      dir: folder.dir,
      retentionDays: 30,
      maxBytes: 1e9,
      ballastBytes: 0,
    })
    const deletion = { query: query('line'), range: EVER, acceptedBefore: 0n }
    await expect(writer.delete(deletion)).rejects.toMatchObject(report)
    expect(writer.stats().events).toBe(40)
    await writer.close()
  })
})

describe('counts in the manifest', () => {
  /** Rewrites what the manifest says of its segments, with checksums as if Heartwood had written it. */
  async function rewriteManifest(
    dir: string,
    change: (segment: Record<string, unknown>) => void,
  ): Promise<void> {
    const path = manifestPath(dir, 1)
    const { payloads } = decodeRecords(await readFile(path))
    const records = payloads.map((payload) => {
      const record: { add?: Record<string, unknown>[] } = JSON.parse(payload)
      for (const segment of record.add ?? []) change(segment)
      return encodeRecord(JSON.stringify(record))
    })
    await writeFile(path, Buffer.concat(records))
  }

  it.each(QUESTIONS)('that were taken out are reported, not guessed (%s)', async (_name, ask) => {
    await using folder = await temporaryFolder()
    const { yesterday, today } = await twoDays(folder.dir)
    await rewriteManifest(folder.dir, (segment) => {
      if (segment.file === today) delete segment.counts
    })
    await reading(folder.dir, async (reader) => {
      const report = { code: 'corrupt', message: expect.stringContaining(today) }
      await expect(ask(reader)).rejects.toMatchObject(report)
    })
    expect(yesterday).not.toBe(today)
  })

  it('that do not add up to the rows are reported', async () => {
    await using folder = await temporaryFolder()
    const { today } = await twoDays(folder.dir)
    await rewriteManifest(folder.dir, (segment) => {
      if (segment.file === today) segment.counts = { unit: 1, cells: [0, 0, 1] }
    })
    await reading(folder.dir, (reader) =>
      expect(reader.count({ query: query('*'), range: EVER })).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining('the manifest counts 1 events'),
      }),
    )
  })
})

describe('a file that is removed while it is asked', () => {
  it('costs a reader that is behind only a second look', async () => {
    await using folder = await temporaryFolder()
    const writer = await openSegmentsWriter({
      dir: folder.dir,
      retentionDays: 30,
      maxBytes: 1e9,
      ballastBytes: 0,
      files: localFiles,
      grace: 0n,
      merge: { maxRows: 1e6, maxBytes: 1e9, maxCells: 1e9, fanIn: 2 },
    })
    await reading(folder.dir, async (reader) => {
      for (let to = 1n; to <= 15n; to++) {
        await writer.append(appendOf(0, to, eventsOf(`b${to}`, 10), `b${to}`))
        const tidying = writer.maintain()
        const counts = await Promise.all(
          ['line', '*', 'line level:*'].map((text) => reader.count({ query: query(text), range: EVER })),
        )
        expect(counts).toEqual([Number(to) * 10, Number(to) * 10, Number(to) * 10])
        await tidying
      }
    })
    await writer.close()
    expect((await contentOf(folder.dir)).events).toHaveLength(150)
  })

  it('stays for the grace time when it was merged away', async () => {
    await using folder = await temporaryFolder()
    let now = MIDNIGHT
    const writer = await openSegmentsWriter({
      dir: folder.dir,
      retentionDays: 30,
      maxBytes: 1e9,
      ballastBytes: 0,
      now: () => now,
      grace: 120_000_000_000n,
      merge: { maxRows: 1e6, maxBytes: 1e9, maxCells: 1e9, fanIn: 2 },
    })
    await writer.append(appendOf(0, 1n, eventsOf('b1', 10), 'b1'))
    await writer.append(appendOf(0, 2n, eventsOf('b2', 10), 'b2'))
    const before = await segmentNames(folder.dir)
    while (await writer.maintain());
    expect(writer.stats().segments).toBe(2)
    const exist = () =>
      Promise.all(before.map((name) => readFile(join(folder.dir, 'segments', name)).then(() => true)))
    await expect(exist()).resolves.toEqual([true, true, true, true])
    now += 119_000_000_000n
    await writer.maintain()
    await expect(exist()).resolves.toEqual([true, true, true, true])
    now += 2_000_000_000n
    expect(await writer.maintain()).toBe(true)
    await expect(exist()).rejects.toMatchObject({ code: 'ENOENT' })
    await writer.close()
  })
})
