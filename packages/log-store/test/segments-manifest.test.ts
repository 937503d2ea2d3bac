import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ALL } from '@heartwood/query-lang'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SEGMENT_FORMAT } from '../src/segments/append/segment-file.ts'
import { type AppendFile, type DurableFiles, localFiles } from '../src/segments/files/durable-files.ts'
import { manifestPath } from '../src/segments/manifest/manifest-file.ts'
import { ManifestFollower } from '../src/segments/manifest/manifest-follower.ts'
import { MANIFEST_FORMAT, printRecord } from '../src/segments/manifest/manifest-format.ts'
import { decodeRecords, encodeRecord } from '../src/segments/manifest/manifest-record.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { appendOf, contentOf, eventsOf, segmentsOf, temporaryFolder } from './segments/store-content.ts'
import { UnreliableDisk } from './segments/unreliable-disk.ts'

const open = (dir: string) => openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0 })

/** A store with three commits, closed; gives the file of its only generation. */
async function threeCommits(dir: string): Promise<string> {
  const writer = await open(dir)
  for (const to of [1n, 2n, 3n]) await writer.append(appendOf(0, to, eventsOf(`b${to}`, 4), `b${to}`))
  await writer.close()
  return manifestPath(dir, 1)
}

describe('the manifest log', () => {
  it('forgets a torn last record, which was never acknowledged, wherever it was cut', async () => {
    const records = [encodeRecord('{"a":1}'), encodeRecord('{"b":"some text"}')]
    const whole = Buffer.concat(records)
    const first = records[0]?.length ?? 0
    for (let length = first + 1; length < whole.length; length++) {
      const decoded = decodeRecords(whole.subarray(0, length))
      expect(decoded).toMatchObject({ payloads: ['{"a":1}'], end: first, tail: 'torn' })
    }
  })

  it('takes a last record with an unwritten sector for torn', () => {
    const long = encodeRecord(JSON.stringify({ text: 'x'.repeat(3000) }))
    const torn = Buffer.from(long).fill(0, 1024, 1536)
    expect(decodeRecords(torn).tail).toBe('torn')
    const unwritten = Buffer.from(long).fill(0, 0, 512)
    expect(decodeRecords(unwritten).tail).toBe('torn')
  })

  it('reports any flipped bit, in the last record too, and gives only records that are sound', () => {
    const payloads = ['{"kind":"a"}', '{"kind":"b","text":"zwölf"}', '{"kind":"c"}']
    const whole = Buffer.concat(payloads.map(encodeRecord))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length * 8 - 1 }), (bit) => {
        const flipped = Buffer.from(whole)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const decoded = decodeRecords(flipped)
        expect(decoded.tail).toBe('damaged')
        expect(payloads.slice(0, decoded.payloads.length)).toEqual(decoded.payloads)
      }),
      { numRuns: 500 },
    )
  })

  it('goes on behind a torn last record as if it had never been', async () => {
    await using folder = await temporaryFolder()
    const path = await threeCommits(folder.dir)
    const before = await contentOf(folder.dir)
    await appendFile(path, encodeRecord('{"kind":"delta","add":[]}').subarray(0, 21))
    expect(await contentOf(folder.dir)).toEqual(before)
    const writer = await open(folder.dir)
    expect(writer.position(0)).toBe(3n)
    await writer.append(appendOf(0, 4n, eventsOf('b4', 4), 'b4'))
    await writer.close()
    expect((await contentOf(folder.dir)).events).toHaveLength(16)
  })

  it('refuses to start on a flipped bit, to reader and writer, naming the file', async () => {
    await using folder = await temporaryFolder()
    const path = await threeCommits(folder.dir)
    const bytes = await readFile(path)
    const at = bytes.length >> 1
    bytes[at] = (bytes[at] ?? 0) ^ 4
    await writeFile(path, bytes)
    const report = { code: 'corrupt', message: expect.stringContaining(path) }
    await expect(contentOf(folder.dir)).rejects.toMatchObject(report)
    await expect(open(folder.dir)).rejects.toMatchObject(report)
    // And again: a failed start must not hide it from the next one.
    await expect(open(folder.dir)).rejects.toMatchObject(report)
  })

  it('refuses a newer format in one sentence', async () => {
    await using folder = await temporaryFolder()
    const path = await threeCommits(folder.dir)
    await appendFile(path, encodeRecord(JSON.stringify({ format: MANIFEST_FORMAT + 1, kind: 'novelty' })))
    const report = { code: 'newer_format', message: expect.stringMatching(/^[^\n]+newer Heartwood[^\n]+$/) }
    await expect(contentOf(folder.dir)).rejects.toMatchObject(report)
    await expect(open(folder.dir)).rejects.toMatchObject(report)
  })

  it('starts with a segment of a newer format, and refuses what touches it in one sentence that names it', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const path = await threeCommits(dir)
    const segments = await segmentsOf(dir)
    const newest = segments.toSorted((a, b) => (a.max_time < b.max_time ? 1 : -1))[0]
    if (newest === undefined) throw new Error('no segment')
    const newer = { ...newest, format: SEGMENT_FORMAT + 1 }
    const delta = { kind: 'delta' as const, remove: [newest.file], add: [newer] }
    await appendFile(path, encodeRecord(printRecord(delta)))
    await (await open(dir)).close()
    const reader = await openSegmentsReader({ dir })
    const touching = { from: newest.min_time, to: newest.max_time + 1n }
    await expect(reader.count({ query: ALL, range: touching })).rejects.toMatchObject({
      code: 'newer_format',
      message: expect.stringMatching(
        new RegExp(`^[^\\n]*${newest.file} was written by a newer Heartwood[^\\n]*$`),
      ),
    })
    const before = { from: -(2n ** 63n), to: newest.min_time }
    const others = segments.filter(({ max_time }) => max_time < newest.min_time)
    expect(others.length).toBeGreaterThan(0)
    expect(await reader.count({ query: ALL, range: before })).toBe(
      others.reduce((sum, { rows }) => sum + rows, 0),
    )
    await reader.close()
  })

  it('keeps to the last generation that took over when a later one was only begun', async () => {
    await using folder = await temporaryFolder()
    await threeCommits(folder.dir)
    await writeFile(manifestPath(folder.dir, 2), '')
    await writeFile(manifestPath(folder.dir, 3), encodeRecord('{"format":1,"kind":"fence","generation":3}'))
    expect((await contentOf(folder.dir)).events).toHaveLength(12)
    const writer = await open(folder.dir)
    expect(writer.stats()).toMatchObject({ events: 12, generation: 4 })
    await writer.close()
  })

  it('is followed by a reader commit by commit and over new generations', async () => {
    await using folder = await temporaryFolder()
    const follower = new ManifestFollower(localFiles, folder.dir)
    await follower.refresh()
    expect(follower.state.stats().events).toBe(0)
    for (let round = 0; round < 3; round++) {
      const writer = await open(folder.dir)
      for (let i = 0; i < 3; i++) {
        const to = BigInt(round * 3 + i + 1)
        await writer.append(appendOf(0, to, eventsOf(`b${to}`, 4), `b${to}`))
        await follower.refresh()
        expect(follower.state.stats().events).toBe(Number(to) * 4)
        expect(follower.state.positions.get(0)).toBe(to)
      }
      await writer.close()
    }
    expect(await readdir(join(folder.dir, 'manifest'))).toEqual(['00000002.log', '00000003.log'])
  })

  it('survives being cut anywhere in its last record by the file system', async () => {
    await using folder = await temporaryFolder()
    const path = await threeCommits(folder.dir)
    const { length } = await readFile(path)
    await truncate(path, length - 1)
    const writer = await open(folder.dir)
    expect(writer.position(0)).toBe(2n)
    await writer.close()
    expect((await contentOf(folder.dir)).events).toHaveLength(8)
  })
})

describe('two writers at once', () => {
  it('cannot both commit: the older one is told and changes nothing', async () => {
    await using folder = await temporaryFolder()
    const older = await open(folder.dir)
    await older.append(appendOf(0, 1n, eventsOf('b1', 4), 'b1'))
    const newer = await open(folder.dir)
    expect(newer.position(0)).toBe(1n)
    await newer.append(appendOf(0, 2n, eventsOf('b2', 4), 'b2'))
    const late = older.append(appendOf(0, 2n, eventsOf('b2', 4), 'b2'))
    await expect(late).rejects.toMatchObject({ code: 'superseded' })
    await expect(older.maintain()).resolves.toBe(false)
    await newer.append(appendOf(0, 3n, eventsOf('b3', 4), 'b3'))
    const again = older.append(appendOf(0, 2n, eventsOf('b2', 4), 'b2'))
    await expect(again).rejects.toMatchObject({ code: 'superseded' })
    await older.close()
    await newer.close()
    const { events, positions } = await contentOf(folder.dir)
    expect(positions).toEqual([[0, 3n]])
    expect(new Set(events).size).toBe(12)
    expect(events).toHaveLength(12)
  })

  it('lose nothing where the newer one dies while it opens, at any step of both', async () => {
    // Steps of an append: create, write and sync the segment, sync its folder, write and sync the manifest.
    for (let step = 1; step <= 6; step++) {
      for (let crashAt = 0; crashAt <= 16; crashAt++) {
        await using folder = await temporaryFolder()
        const { dir } = folder
        const newcomer = new UnreliableDisk()
        newcomer.crashAt = crashAt
        const gate = { closed: false }
        const older = await openSegmentsWriter({
          ...{ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0 },
          files: beforeStep(step, gate, async () => {
            await openSegmentsWriter({
              dir,
              retentionDays: 30,
              maxBytes: 1e9,
              ballastBytes: 0,
              files: newcomer.files,
            })
              .then((writer) => writer.close())
              .catch(() => undefined)
          }),
        })
        await older.append(appendOf(0, 1n, eventsOf('b1', 2), 'b1'))
        gate.closed = true
        const acknowledged = await older.append(appendOf(0, 2n, eventsOf('b2', 2), 'b2')).then(
          () => true,
          () => false,
        )
        await older.close()
        const next = await open(dir)
        const position = next.position(0)
        await next.close()
        const { events } = await contentOf(dir)
        const where = `step ${step}, the newer one dies at its operation ${crashAt}`
        expect([where, position === 2n || !acknowledged]).toEqual([where, true])
        expect([where, events.length]).toEqual([where, position === 2n ? 4 : 2])
      }
    }
  })

  it('lose and double nothing however a change of writers falls', async () => {
    await using folder = await temporaryFolder()
    const rounds = 12
    let committed = 0n
    let writer = await open(folder.dir)
    for (let round = 0; round < rounds; round++) {
      // The old one goes on committing while the new one opens.
      const old = writer
      committed = old.position(0) ?? 0n
      const first = committed + 1n
      const appends = (async () => {
        for (let to = first; ; to++) {
          await old.append(appendOf(0, to, eventsOf(`b${to}`, 3), `b${to}`))
          committed = to
        }
      })()
      const opened = open(folder.dir)
      await expect(appends).rejects.toMatchObject({ code: 'superseded' })
      writer = await opened
      const position = writer.position(0) ?? 0n
      // Everything acknowledged is there; one more may be, whose answer was "superseded".
      expect(position === committed || position === committed + 1n).toBe(true)
      await old.close()
    }
    const end = writer.position(0) ?? 0n
    await writer.close()
    const { events } = await contentOf(folder.dir)
    expect(events).toHaveLength(Number(end) * 3)
    expect(new Set(events).size).toBe(events.length)
  })
})

/** Local files, where once the gate is closed something else happens before a step that changes the disk. */
function beforeStep(step: number, gate: { closed: boolean }, happens: () => Promise<void>): DurableFiles {
  let steps = 0
  const pass = async () => {
    if (gate.closed && ++steps === step) await happens()
  }
  const watched = (file: AppendFile): AppendFile => ({
    ...file,
    close: () => file.close(),
    truncate: (length) => file.truncate(length),
    write: async (bytes) => {
      await pass()
      await file.write(bytes)
    },
    sync: async () => {
      await pass()
      await file.sync()
    },
  })
  return {
    ...localFiles,
    create: async (path) => {
      await pass()
      return watched(await localFiles.create(path))
    },
    syncDirectory: async (path) => {
      await pass()
      await localFiles.syncDirectory(path)
    },
  }
}
