import { createHash } from 'node:crypto'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type EventBatch, EventBatchBuilder, rowsOf } from '@heartwood/event'
import { ALL, compilePredicate, parse, print, requiredTerms } from '@heartwood/query-lang'
import { anyEvent, anyValidQuery } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { idxPath } from '../src/segments/append/segment-file.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { LocalSegmentFiles } from '../src/segments/files/local-segment-files.ts'
import { decodeIdx, encodeIdx, type PartName } from '../src/segments/idx/idx-file.ts'
import { SegmentIndexes } from '../src/segments/idx/segment-indexes.ts'
import { countServices, decodeCounts, encodeCounts } from '../src/segments/idx/service-counts.ts'
import { ManifestFollower } from '../src/segments/manifest/manifest-follower.ts'
import { copySegments } from '../src/segments/merge/copy-segments.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { temporaryFolder } from './segments/store-content.ts'

const EVER = { from: -(2n ** 63n), to: 2n ** 63n }
const NOW = 1_790_000_000_000_000_000n

type Draft = Parameters<EventBatchBuilder['add']>[0]

function batchOf(drafts: readonly Omit<Draft, 'id'>[], name: string): EventBatch {
  const builder = new EventBatchBuilder()
  for (const [index, draft] of drafts.entries()) builder.add({ ...draft, id: `${name}-${index}` })
  return builder.finish()
}

/** A closed store with each batch in segments of its own. */
async function storeOf(dir: string, batches: readonly EventBatch[]): Promise<void> {
  const writer = await openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0 })
  for (const [index, events] of batches.entries()) {
    const from = index === 0 ? null : BigInt(index)
    await writer.append({ partition: 0, from, to: BigInt(index + 1), events, deadLetters: [], batches: [] })
  }
  await writer.close()
}

async function segmentsOf(dir: string) {
  const follower = new ManifestFollower(localFiles, dir)
  await follower.refresh()
  return [...follower.state.segments.values()]
}

const filesOf = (dir: string) => new LocalSegmentFiles(dir).forQuestion()

/** Rows far apart in time, of a word each: `w0` in the first segment and so on. */
function wordsApart(segments: number): EventBatch[] {
  return Array.from({ length: segments }, (_, number) =>
    batchOf(
      Array.from({ length: 30 }, (_, row) => ({
        timestamp: NOW + BigInt(number * 1000 + row),
        observed_at: NOW,
        service: `s${number}`,
        severity_number: (row % 3) * 8,
        message: `w${number} happened`,
        attributes: { user: `u-${number}` },
      })),
      `b${number}`,
    ),
  )
}

describe('questions over segments with indexes', () => {
  it('have the answer of a full scan, for any query', async () => {
    const anyCommits = fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 5 }), {
      minLength: 2,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(
        anyCommits,
        fc.array(anyValidQuery, { minLength: 25, maxLength: 25 }),
        async (commits, queries) => {
          await using folder = await temporaryFolder()
          const batches = commits.map((events, number) => batchOf(events, `user-${number}`))
          await storeOf(folder.dir, batches)
          const events = batches.flatMap((batch) => [...rowsOf(batch)])
          const reader = await openSegmentsReader({ dir: folder.dir, now: () => NOW, waiting: 1000 })
          for (const query of queries) {
            const expected = events.filter(compilePredicate(query, NOW)).map(({ id }) => id)
            expect(await reader.count({ query, range: EVER }), print(query)).toBe(expected.length)
            const page = await reader.search({ query, range: EVER, limit: 1000 })
            expect(page.events.map(({ id }) => id).sort(), print(query)).toEqual(expected.sort())
          }
          await reader.close()
        },
      ),
      { numRuns: inject('thorough') ? 8 : 3 },
    )
  }, 240_000)

  it('read no segment that cannot answer them', async () => {
    await using folder = await temporaryFolder()
    await storeOf(folder.dir, wordsApart(40))
    const segments = await segmentsOf(folder.dir)
    const indexes = new SegmentIndexes({ maxBytes: 1e7, onDamaged: expect.fail })
    const found = async (text: string) =>
      (await indexes.holding(segments, requiredTerms(parse(text).query), filesOf(folder.dir))).length
    for (const text of [
      'w7',
      'user:u-7',
      'w7 happened',
      'service:s7',
      'id:b7-3',
      '"w7 happened"',
      'w7 level:error',
    ]) {
      expect(await found(text), text).toBeLessThan(4)
      expect(await found(text), text).toBeGreaterThan(0)
    }
    expect(await found('w7 OR w8')).toBeLessThan(6)
    expect(await found('happened')).toBe(40)
    expect(await found('w7 OR NOT w8')).toBe(40)
    expect(await found('nowhere')).toBeLessThan(3)
  })

  it('find events by id in the segments that can have it', async () => {
    await using folder = await temporaryFolder()
    await storeOf(folder.dir, wordsApart(5))
    const reader = await openSegmentsReader({ dir: folder.dir })
    expect((await reader.event('b3-7'))?.message).toBe('w3 happened')
    expect(await reader.event('b3-99')).toBeUndefined()
    await reader.close()
  })

  it('read only the row groups that can answer them', async () => {
    await using folder = await temporaryFolder()
    // Rows of a segment are in the order of their services.
    const builder = new EventBatchBuilder()
    for (let row = 0; row < 200_000; row++) {
      const group = Math.floor(row / 65_536)
      const message = row % 65_536 === 500 ? `rare${group} answer${row}` : 'usual'
      builder.add({
        id: `b-${row}`,
        timestamp: NOW + BigInt(row),
        observed_at: NOW,
        service: `s${group}`,
        message,
      })
    }
    await storeOf(folder.dir, [builder.finish()])
    const segments = await segmentsOf(folder.dir)
    const indexes = new SegmentIndexes({ maxBytes: 1e7, onDamaged: expect.fail })
    const spansOf = async (text: string) =>
      (await indexes.holding(segments, requiredTerms(parse(text).query), filesOf(folder.dir))).map(
        ({ spans }) => spans,
      )
    expect(await spansOf('rare2')).toEqual([[{ from: 131_072, to: 196_608 }]])
    expect(await spansOf('rare2 OR rare3')).toEqual([[{ from: 131_072, to: 200_000 }]])
    expect(await spansOf('rare1 OR rare3')).toEqual([
      [
        { from: 65_536, to: 131_072 },
        { from: 196_608, to: 200_000 },
      ],
    ])
    expect(await spansOf('usual')).toEqual([undefined])
    const reader = await openSegmentsReader({ dir: folder.dir })
    for (const [text, expected] of [
      ['rare2', ['b-131572']],
      ['rare2 OR rare0', ['b-131572', 'b-500']],
      ['rare3 OR rare1', ['b-197108', 'b-66036']],
      ['answer131572 answer500', []],
    ] as const) {
      const { events } = await reader.search({ query: parse(text).query, range: EVER, limit: 10 })
      expect(events.map(({ id }) => id)).toEqual(expected)
      expect(await reader.count({ query: parse(text).query, range: EVER })).toBe(expected.length)
    }
    await reader.close()
  }, 60_000)
})

describe('row groups that are copied', () => {
  it('take what is known of them along; one of which nothing is known may hold anything', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    await storeOf(dir, wordsApart(3))
    const inputs = await segmentsOf(dir)
    const damaged = inputs.find(({ services }) => services?.includes('s1'))
    if (damaged === undefined) throw new Error('no segment to damage')
    await truncate(idxPath(dir, damaged.file), 50)
    const copied = await copySegments(localFiles, dir, '2026-09-21-copied.parquet', inputs)
    const indexes = new SegmentIndexes({ maxBytes: 1e7, onDamaged: expect.fail })
    const spansOf = async (text: string) =>
      (await indexes.holding([copied], requiredTerms(parse(text).query), filesOf(dir))).map(
        ({ spans }) => spans,
      )
    expect(await spansOf('w0')).toEqual([[{ from: 0, to: 60 }]])
    expect(await spansOf('w2')).toEqual([[{ from: 30, to: 90 }]])
    expect(await spansOf('nowhere')).toEqual([[{ from: 30, to: 60 }]])
    expect(await indexes.serviceCounts(copied, filesOf(dir))).toBeUndefined()
  })
})

describe('an index file that is gone or changed', () => {
  const changes: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ['missing', (path) => rm(path)],
    ['empty', (path) => truncate(path, 0)],
    ['cut in its head', (path) => truncate(path, 30)],
    ['cut in its last part', async (path) => truncate(path, (await readFile(path)).length - 1)],
    ['of a newer format', (path) => flip(path, 4)],
    ['changed in its directory', (path) => flip(path, 20)],
    ['changed in its filter', async (path) => flip(path, (await readFile(path)).length - 3)],
  ]

  async function flip(path: string, at: number): Promise<void> {
    const bytes = await readFile(path)
    bytes[at] = (bytes[at] ?? 0) ^ 0x40
    await writeFile(path, bytes)
  }

  it.each(changes)('hides no row, and is reported once (%s)', async (_what, change) => {
    await using folder = await temporaryFolder()
    await storeOf(folder.dir, wordsApart(4))
    for (const { file } of await segmentsOf(folder.dir)) await change(idxPath(folder.dir, file))
    const damaged: string[] = []
    const reader = await openSegmentsReader({ dir: folder.dir, onDamagedIndex: (file) => damaged.push(file) })
    for (const text of ['w2', 'w2', 'user:u-2', 'service:s2 w2']) {
      expect(await reader.count({ query: parse(text).query, range: EVER })).toBe(30)
    }
    await reader.close()
    expect(damaged.sort()).toEqual((await segmentsOf(folder.dir)).map(({ file }) => file).sort())
  })

  it('holds nothing at all, wherever a bit of it flips or it ends', async () => {
    const [batch] = wordsApart(1)
    if (batch === undefined) throw new Error('no batch')
    const part = Buffer.from(encodeCounts(countServices(batch, 0, batch.length)))
    const groups = [
      { rows: 30, counts: part, terms: undefined, pairs: Buffer.of(4, 5), times: undefined },
      { rows: 7, counts: undefined, terms: Buffer.of(1, 2, 3), pairs: undefined, times: Buffer.of(6) },
    ]
    const bytes = encodeIdx(groups)
    expect(decodeIdx(bytes)).toEqual(groups)
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Uint8Array.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expect(() => decodeIdx(changed), `bit ${bit} of byte ${at}`).toThrow(/index/)
      }
      expect(() => decodeIdx(bytes.subarray(0, at)), `cut at ${at}`).toThrow(/index/)
    }
  })
})

/** Of each older format, the parts that it has, and whether it has the counts in narrow buckets and the pairs of letters. */
const OLDER_FORMATS = [
  [1, ['counts', 'terms'], false],
  [2, ['counts', 'terms', 'pairs', 'times'], true],
] as const

describe.each(OLDER_FORMATS)('an index of format %i', (format, parts, hasAll) => {
  it('says what it has, and its questions have the same answers', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const batches = wordsApart(3)
    await storeOf(dir, batches)
    const segments = await segmentsOf(dir)
    const damaged: string[] = []
    const indexes = new SegmentIndexes({ maxBytes: 1e7, onDamaged: (file) => damaged.push(file) })
    for (const segment of segments) {
      const bytes = inFormat(format, parts, decodeIdx(await readFile(idxPath(dir, segment.file))))
      await writeFile(idxPath(dir, segment.file), bytes)
      const older = { ...segment, idx: { bytes: bytes.length, crc: crc32(bytes) } }
      expect(await indexes.holding([older], requiredTerms(parse('nowhere').query), filesOf(dir))).toEqual([])
      expect(await indexes.serviceCounts(older, filesOf(dir))).toHaveLength(1)
      expect((await indexes.timeCounts(older, filesOf(dir))) !== undefined).toBe(hasAll)
      const [planned] = await indexes.withPairs([older], filesOf(dir))
      expect(planned !== older).toBe(hasAll)
      const kept = await indexes.holding([older], requiredTerms(parse('happened').query), filesOf(dir))
      expect(kept).toHaveLength(1)
    }
    expect(damaged).toEqual([])
  })
})

/** Four bytes of magic, format, groups and CRC; of each group rows and its parts; one kind of all groups, then the next. */
function inFormat(format: number, names: readonly PartName[], groups: ReturnType<typeof decodeIdx>): Buffer {
  const entry = 4 + names.length * 12
  const head = Buffer.alloc(16 + groups.length * entry)
  const parts: Buffer[] = [head]
  let offset = head.length
  head.write('HWIX')
  head.writeUInt32LE(format, 4)
  head.writeUInt32LE(groups.length, 8)
  for (const [index, name] of names.entries()) {
    const place = 4 + index * 12
    for (const [index, group] of groups.entries()) {
      const at = 16 + index * entry
      const part = Buffer.from(group[name] ?? [])
      head.writeUInt32LE(group.rows, at)
      head.writeUInt32LE(offset, at + place)
      head.writeUInt32LE(part.length, at + place + 4)
      head.writeUInt32LE(crc32(part), at + place + 8)
      parts.push(part)
      offset += part.length
    }
  }
  head.writeUInt32LE(crc32(head.subarray(16), crc32(head.subarray(0, 12))), 12)
  return Buffer.concat(parts)
}

describe('columns of free text', () => {
  it('are not read for a word that none of their values can hold', async () => {
    await using folder = await temporaryFolder()
    const events = batchOf(
      Array.from({ length: 500 }, (_, row) => ({
        timestamp: NOW + BigInt(row),
        observed_at: NOW,
        message: `payment ${row} of somebody ${row % 9 === 0 ? 'declined' : 'captured'}`,
        trace_id: createHash('md5').update(String(row)).digest('hex'),
        attributes: {
          path: `/api/v2/orders/${row}`,
          note: row % 3 === 0 ? `no such thing ${row}` : `æ ${row}`,
        },
      })),
      'b',
    )
    await storeOf(folder.dir, [events])
    const reader = await openSegmentsReader({ dir: folder.dir, now: () => NOW })
    const bytesOf = async (text: string) => {
      let bytes = 0
      const { query } = parse(text)
      const count = await reader.count({ query, range: EVER, onRead: (read) => (bytes += read.bytes) })
      expect(count, text).toBe([...rowsOf(events)].filter(compilePredicate(query, NOW)).length)
      return bytes
    }
    const message = await bytesOf('message:declined')
    // Of æ no letters are told, so that the notes are looked through as well.
    const note = await bytesOf('note:such')
    expect(await bytesOf('declined')).toBeLessThanOrEqual(message + note)
    expect(await bytesOf('captured OR orders')).toBeGreaterThan(message + note)
    await reader.close()
  })
})

describe('counts by service and level', () => {
  it('are those of the rows, also of rows without a service, and come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { minLength: 1, maxLength: 30 }),
        fc.nat(30),
        async (events, cut) => {
          const batch = batchOf(events, 'user')
          const from = Math.min(cut, batch.length - 1)
          const counts = countServices(batch, from, batch.length)
          expect(decodeCounts(encodeCounts(counts))).toEqual(counts)
          const expected = Map.groupBy([...rowsOf(batch)].slice(from), ({ service }) => service ?? '')
          expect(counts.map(({ service }) => service)).toEqual([...expected.keys()].sort())
          for (const { service, levels } of counts) {
            expect(levels.reduce((sum, count) => sum + count, 0)).toBe(expected.get(service)?.length)
          }
        },
      ),
    )
  })

  it('are told of a whole segment, until its index is damaged', async () => {
    await using folder = await temporaryFolder()
    await storeOf(folder.dir, wordsApart(2))
    const damaged: string[] = []
    const indexes = new SegmentIndexes({
      maxBytes: 1e7,
      onDamaged: (file) => damaged.push(file),
    })
    const [first, second] = await segmentsOf(folder.dir)
    if (first === undefined || second === undefined) throw new Error('no segments')
    expect(await indexes.serviceCounts(first, filesOf(folder.dir))).toEqual([
      { service: 's0', levels: expect.arrayContaining([10]) },
    ])
    await rm(idxPath(folder.dir, second.file))
    expect(await indexes.serviceCounts(second, filesOf(folder.dir))).toBeUndefined()
    expect(
      await indexes.holding([second], requiredTerms(parse('nowhere').query), filesOf(folder.dir)),
    ).toEqual([second])
    expect(damaged).toEqual([second.file])
    expect(await indexes.holding([second], requiredTerms(ALL), filesOf(folder.dir))).toEqual([second])
  })
})
