import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DurableFiles, localFiles } from '../src/segments/files/durable-files.ts'
import { manifestPath } from '../src/segments/manifest/manifest-file.ts'
import { ManifestFollower } from '../src/segments/manifest/manifest-follower.ts'
import { printJson, type SegmentInfo } from '../src/segments/manifest/manifest-format.ts'
import { encodeRecord } from '../src/segments/manifest/manifest-record.ts'
import { EMPTY_CHECKPOINT, ManifestState } from '../src/segments/manifest/manifest-state.ts'
import { ShardReader } from '../src/segments/manifest/shard-reader.ts'
import { moveSegments } from '../src/segments/manifest/shards.ts'
import { shardsDirectory } from '../src/segments/manifest/side-files.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter, type SegmentsWriterOptions } from '../src/segments/open-writer.ts'
import {
  appendOf,
  contentOf,
  eventsOf,
  MIDNIGHT,
  segmentsOf,
  temporaryFolder,
} from './segments/store-content.ts'

const DAY = 86_400_000_000_000n

const open = (dir: string, more: Partial<SegmentsWriterOptions> = {}) =>
  openSegmentsWriter({
    ...{ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0, rollBytes: 1, now: () => MIDNIGHT },
    merge: { fanIn: 1000 },
    ...more,
  })

/** Rows of one day, as many days before MIDNIGHT. */
function rowsOfDay(name: string, daysAgo: number) {
  return eventsOf(name, 4).map((event) => ({ ...event, timestamp: MIDNIGHT - BigInt(daysAgo) * DAY }))
}

/** A store with six segments on each of three days, closed; its checkpoint and folder are as new. */
async function threeDays(dir: string): Promise<void> {
  const writer = await open(dir)
  for (let to = 1n; to <= 18n; to++) {
    await writer.append(appendOf(0, to, rowsOfDay(`b${to}`, Number(to % 3n)), `b${to}`))
  }
  await writer.close()
  // Opening writes a checkpoint; what the one before it named goes when the store is opened once more.
  for (let times = 0; times < 2; times++) await (await open(dir)).close()
}

const shardsIn = async (dir: string) => (await readdir(shardsDirectory(dir))).sort()

/** Local files that note which shards are read. */
function noting(): { files: DurableFiles; read: string[] } {
  const read: string[] = []
  const files: DurableFiles = {
    ...localFiles,
    read: (path, ...range) => {
      if (path.endsWith('.json')) read.push(path)
      return localFiles.read(path, ...range)
    },
  }
  return { files, read }
}

describe('the shards of a checkpoint', () => {
  it('are written only for days that changed, and a reader reads only those it does not know', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    await threeDays(dir)
    const { files, read } = noting()
    const follower = new ManifestFollower(files, dir)
    await follower.refresh()
    const named = () => follower.state.shards.map(({ file }) => file).sort()
    const before = named()
    expect(before.map((name) => name.slice(0, 10))).toEqual(['2026-11-21', '2026-11-22', '2026-11-23'])
    expect(read.splice(0)).toHaveLength(3)
    const writer = await open(dir)
    await follower.refresh()
    expect([named(), read.splice(0)]).toEqual([before, []])
    const { generation } = writer.stats()
    let to = 18n
    while (writer.stats().generation === generation) {
      await writer.append(appendOf(0, ++to, rowsOfDay(`b${to}`, 1), `b${to}`))
    }
    await follower.refresh()
    const after = named()
    expect(after.filter((name) => before.includes(name)).map((name) => name.slice(0, 10))).toEqual([
      '2026-11-21',
      '2026-11-23',
    ])
    expect(read).toHaveLength(1)
    expect(follower.state.stats()).toMatchObject({ segments: Number(to), events: Number(to) * 4 })
    await writer.close()
  })

  it('hold exactly the segments there are, whatever changes, in few files at a time', async () => {
    const change = fc.record({
      add: fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 90 })), {
        maxLength: 120,
      }),
      stray: fc.nat(2),
      remove: fc.array(fc.nat(), { maxLength: 60 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        await using folder = await temporaryFolder()
        const { dir } = folder
        await localFiles.makeDirectory(shardsDirectory(dir))
        const reader = new ShardReader(localFiles, dir)
        let state = ManifestState.empty()
        let names = 0
        const add = (day: number, days: number) => {
          const from = MIDNIGHT - BigInt(day) * DAY
          const segment = segmentNamed(`${++names}.parquet`, from, from + BigInt(days) * DAY)
          state.apply({ kind: 'delta', add: [segment] })
        }
        for (const { add: days, stray, remove } of changes) {
          for (const day of days) add(day, 0)
          for (let count = 0; count < stray; count++) add(3, 2)
          for (const at of remove) {
            const [name] = [...state.segments.keys()].slice(at % Math.max(1, state.segments.size))
            if (name !== undefined) state.apply({ kind: 'delta', remove: [name] })
          }
          const moved = await moveSegments(localFiles, dir, state, () => `s${++names}`)
          expect(moved.created.length).toBeLessThanOrEqual(33)
          for (const path of moved.obsolete) await rm(path)
          expect(await shardsIn(dir)).toEqual(moved.files.map(({ file }) => file).sort())
          const read = await new ShardReader(localFiles, dir).read(moved.files)
          expect(await reader.read(moved.files)).toEqual(read)
          expect(read.map(({ file }) => file).sort()).toEqual([...state.segments.keys()].sort())
          state = new ManifestState(
            state.generation + 1,
            0,
            { ...EMPTY_CHECKPOINT, shards: [...moved.files] },
            read,
          )
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  it('that are missing or changed are reported to reader and writer, naming the file', async () => {
    for (const harm of [rm, (path: string) => writeFile(path, '{"format":2,"segments":[]}')]) {
      await using folder = await temporaryFolder()
      const { dir } = folder
      await threeDays(dir)
      const [first = ''] = await shardsIn(dir)
      await harm(join(shardsDirectory(dir), first))
      const report = { name: 'LogStoreError', code: 'corrupt', message: expect.stringContaining(first) }
      await expect(contentOf(dir)).rejects.toMatchObject(report)
      await expect(open(dir)).rejects.toMatchObject(report)
      const reader = await openSegmentsReader({ dir })
      await expect(reader.refresh()).rejects.toMatchObject(report)
      await reader.close()
    }
  })

  it('stay for the grace time when they are obsolete, and what a crash left goes when the store is opened', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    let now = MIDNIGHT
    await threeDays(dir)
    const before = await shardsIn(dir)
    const writer = await open(dir, { now: () => now, grace: 120_000_000_000n })
    const { generation } = writer.stats()
    let to = 18n
    while (writer.stats().generation === generation) {
      await writer.append(appendOf(0, ++to, rowsOfDay(`b${to}`, 1), `b${to}`))
    }
    const both = await shardsIn(dir)
    expect(both).toHaveLength(4)
    expect(both).toEqual(expect.arrayContaining(before))
    now += 119_000_000_000n
    await writer.maintain()
    expect(await shardsIn(dir)).toEqual(both)
    now += 2_000_000_000n
    await writer.maintain()
    const named = await shardsIn(dir)
    expect(named).toHaveLength(3)
    await writer.close()
    await writeFile(join(shardsDirectory(dir), '2026-11-20-left.json'), 'left by a crash')
    await (await open(dir)).close()
    expect(await shardsIn(dir)).toEqual(named)
    expect((await contentOf(dir)).events).toHaveLength(Number(to) * 4)
  })
})

describe('a store of format 1, whose checkpoints held every segment', () => {
  it('is read, and goes on in shards with its next writer', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    await threeDays(dir)
    const content = await contentOf(dir)
    await toFormatOne(dir)
    expect(await contentOf(dir)).toEqual(content)
    const writer = await open(dir)
    expect(writer.position(0)).toBe(18n)
    await writer.append(appendOf(0, 19n, rowsOfDay('b19', 1), 'b19'))
    await writer.close()
    expect(await shardsIn(dir)).toHaveLength(3)
    // The version before refuses a newer format in one sentence, and must not read on.
    const newest = manifestPath(dir, writer.stats().generation)
    expect(await readFile(newest, 'utf8')).toContain('{"format":2,"kind":"checkpoint"')
    expect((await contentOf(dir)).events).toEqual(
      expect.arrayContaining([...content.events, 'b19-0 line 0 of b19']),
    )
  })
})

/** Writes the manifest of a store as format 1 had it: a fence, a checkpoint with all segments in it, a delta. */
async function toFormatOne(dir: string): Promise<void> {
  const follower = new ManifestFollower(localFiles, dir)
  await follower.refresh()
  const { state } = follower
  const segments = await segmentsOf(dir)
  const [last, ...others] = segments.toReversed()
  const records = [
    { format: 1, kind: 'fence', generation: 1 },
    {
      format: 1,
      kind: 'checkpoint',
      fields: state.catalog.entries(),
      segments: others,
      positions: [[0, 17n]],
      receipt_files: state.receiptFiles,
      dead_letter_files: state.deadLetterFiles,
      tombstones: [],
    },
    {
      format: 1,
      kind: 'delta',
      position: [0, 18n],
      receipts: [],
      add: [last],
      dead_letters: state.deadLetters,
    },
  ]
  for (const file of await readdir(join(dir, 'manifest'))) await rm(join(dir, 'manifest', file))
  await rm(shardsDirectory(dir), { recursive: true })
  await writeFile(
    manifestPath(dir, 1),
    Buffer.concat(records.map((record) => encodeRecord(printJson(record)))),
  )
}

function segmentNamed(file: string, min_time: bigint, max_time: bigint): SegmentInfo {
  return {
    ...{ file, format: 1, bytes: 1, crc: 0, rows: 1, weight: 1, fields: [1] },
    ...{ min_time, max_time, min_receipt: min_time, max_receipt: max_time },
  }
}
