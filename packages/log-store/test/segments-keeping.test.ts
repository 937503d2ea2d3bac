import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type DeadLetter, isoFromNanos } from '@heartwood/event'
import { parse } from '@heartwood/query-lang'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Append, LogWriter } from '../src/port.ts'
import { type DurableFiles, localFiles } from '../src/segments/files/durable-files.ts'
import { batchHash } from '../src/segments/manifest/batch-hash.ts'
import { expiredFiles } from '../src/segments/manifest/batch-window.ts'
import { HashSet } from '../src/segments/manifest/hash-set.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter, type SegmentsWriterOptions } from '../src/segments/open-writer.ts'
import {
  appendOf,
  batchOf,
  contentOf,
  deadLetter,
  eventsOf,
  MIDNIGHT,
  temporaryFolder,
} from './segments/store-content.ts'
import { type Operation, UnreliableDisk } from './segments/unreliable-disk.ts'

const SECOND = 1_000_000_000n
const DAY = 86_400n * SECOND
const EVER = { from: MIDNIGHT - 1000n * DAY, to: MIDNIGHT + 1000n * DAY }

const open = (dir: string, more: Partial<SegmentsWriterOptions> = {}) =>
  openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0, now: () => MIDNIGHT, ...more })

const one = (id: string, timestamp: bigint, observed_at: bigint) => [
  { id: `${id}-0`, timestamp, observed_at, message: id },
]

const idsIn = async (dir: string) => (await contentOf(dir)).events.map((event) => event.split('-')[0])

describe('retention', () => {
  it('drops a segment when its newest event and its newest receipt are both past it', async () => {
    await using folder = await temporaryFolder()
    const writer = await open(folder.dir)
    const old = MIDNIGHT - 31n * DAY
    await writer.append(appendOf(0, 1n, one('both', old, old), 'both'))
    await writer.append(appendOf(0, 2n, one('sent late', old, MIDNIGHT - DAY), 'late'))
    await writer.append(appendOf(0, 3n, one('dated ahead', MIDNIGHT - DAY, old), 'ahead'))
    expect(await writer.enforceRetention(MIDNIGHT)).toEqual({ segments: 1, events: 1 })
    expect(await idsIn(folder.dir)).toEqual(['dated ahead', 'sent late'])
    expect(await writer.enforceRetention(MIDNIGHT)).toEqual({ segments: 0, events: 0 })
    await writer.close()
    expect(await idsIn(folder.dir)).toEqual(['dated ahead', 'sent late'])
  })

  it('drops the oldest events first where the files together are over the limit', async () => {
    await using folder = await temporaryFolder()
    const writer = await open(folder.dir)
    for (const [index, age] of [3n, 1n, 2n].entries()) {
      const events = one(`age ${age}`, MIDNIGHT - age * DAY, MIDNIGHT)
      await writer.append(appendOf(0, BigInt(index + 1), events, `b${index}`))
    }
    const { bytes } = writer.stats()
    await writer.close()
    const limited = await open(folder.dir, { maxBytes: bytes - 1 })
    expect(await limited.enforceRetention(MIDNIGHT)).toEqual({ segments: 1, events: 1 })
    expect(await idsIn(folder.dir)).toEqual(['age 1', 'age 2'])
    expect(limited.stats().bytes).toBeLessThan(bytes)
    await limited.close()
  })
})

describe('a delete', () => {
  const remove = (writer: LogWriter, text: string, acceptedBefore: bigint) =>
    writer.delete({ query: parse(text).query, range: EVER, acceptedBefore })

  it('also holds for what was accepted before and is appended after it, also after restarts and checkpoints', async () => {
    await using folder = await temporaryFolder()
    let writer = await open(folder.dir, { rollBytes: 1 })
    await writer.append(appendOf(0, 1n, one('secret one', MIDNIGHT, MIDNIGHT), 'b1'))
    expect(await remove(writer, 'secret', MIDNIGHT + 5n)).toEqual({ deleted: 1 })
    for (const [index, receipt] of [5n, 6n].entries()) {
      await writer.close()
      writer = await open(folder.dir, { rollBytes: 1 })
      const events = one(`secret at ${receipt}`, MIDNIGHT, MIDNIGHT + receipt)
      await writer.append(appendOf(0, BigInt(index + 2), events, `b${index + 2}`))
    }
    await writer.close()
    expect(await idsIn(folder.dir)).toEqual(['secret at 6'])
    expect(await contentOf(folder.dir)).toMatchObject({ positions: [[0, 3n]] })
  })

  it('takes in what is appended while it runs', async () => {
    await using folder = await temporaryFolder()
    const writer = await open(folder.dir)
    for (let to = 1n; to <= 10n; to++) {
      await writer.append(appendOf(0, to, eventsOf(`b${to}`, 20), `b${to}`))
    }
    const deleting = remove(writer, '"line 3"', 0n)
    const appends = []
    for (let to = 11n; to <= 14n; to++) {
      appends.push(writer.append(appendOf(0, to, eventsOf(`b${to}`, 20), `b${to}`)))
    }
    const { deleted } = await deleting
    await Promise.all(appends)
    await writer.close()
    const { events } = await contentOf(folder.dir)
    expect(deleted).toBeGreaterThanOrEqual(10)
    expect(events).toHaveLength(14 * 20 - deleted)
    expect(new Set(events).size).toBe(events.length)
  })
})

describe('merges, deletes and retention at the same time', () => {
  /** Settings under which all segments of a day are merged, in one way or the other. */
  const WAYS = [
    ['decoding', { fanIn: 4 }],
    ['copying', { copyRows: 1, maxGroups: 8 }],
  ] as const

  /** Four segments of old rows and four of new ones, and what happens once before the next segment is written. */
  async function eightSegments(dir: string, more: Partial<SegmentsWriterOptions>) {
    const meanwhile: { happens: (() => Promise<unknown>) | undefined } = { happens: undefined }
    const files: DurableFiles = {
      ...localFiles,
      create: async (path) => {
        const { happens } = meanwhile
        meanwhile.happens = undefined
        await happens?.()
        return localFiles.create(path)
      },
    }
    const writer = await open(dir, { files, ...more })
    const old = MIDNIGHT - 31n * DAY
    for (let to = 1n; to <= 8n; to++) {
      const time = to <= 4n ? old + to : MIDNIGHT + to
      const rows = [0, 1, 2].map((row) => ({
        id: `${to <= 4n ? 'old' : 'new'}${to}-${row}`,
        ...{ timestamp: time, observed_at: time, message: `line ${row}` },
      }))
      await writer.append(appendOf(0, to, rows, `b${to}`))
    }
    return { writer, meanwhile }
  }

  const filesIn = async (dir: string) => {
    const names = await readdir(join(dir, 'segments'))
    const ending = (end: string) => names.filter((name) => name.endsWith(end)).length
    return { segments: ending('.parquet'), indexes: ending('.idx') }
  }

  it.each(WAYS)(
    'a merge by %s of what retention removed meanwhile brings nothing back',
    async (_way, merge) => {
      await using folder = await temporaryFolder()
      const { writer, meanwhile } = await eightSegments(folder.dir, { merge })
      const merging = async () => {
        while (await writer.maintain());
      }
      meanwhile.happens = () => writer.enforceRetention(MIDNIGHT)
      await merging()
      expect(writer.stats()).toMatchObject({ events: 12, segments: 1 })
      // Those merged or removed wait for the grace time; the merge that was thrown away left nothing.
      expect(await filesIn(folder.dir)).toEqual({ segments: 9, indexes: 9 })
      await writer.close()
      const { events } = await contentOf(folder.dir)
      expect(events).toHaveLength(12)
      expect(events.every((event) => event.startsWith('new'))).toBe(true)
    },
  )

  it('a delete in what retention removed meanwhile brings nothing back', async () => {
    await using folder = await temporaryFolder()
    const { writer, meanwhile } = await eightSegments(folder.dir, {})
    meanwhile.happens = () => writer.enforceRetention(MIDNIGHT)
    const { query } = parse('"line 1"')
    expect(await writer.delete({ query, range: EVER, acceptedBefore: 0n })).toEqual({ deleted: 4 })
    expect(writer.stats()).toMatchObject({ events: 8, segments: 4 })
    expect(await filesIn(folder.dir)).toEqual({ segments: 12, indexes: 12 })
    await writer.close()
    const { events } = await contentOf(folder.dir)
    expect(events.every((event) => event.startsWith('new') && !event.endsWith('line 1'))).toBe(true)
  })

  it.each(WAYS)(
    'a delete asked for while a merge by %s runs takes what the merge wrote',
    async (_way, merge) => {
      await using folder = await temporaryFolder()
      const { writer, meanwhile } = await eightSegments(folder.dir, { merge })
      const { query } = parse('"line 1"')
      const { promise: deleted, resolve } = Promise.withResolvers<unknown>()
      meanwhile.happens = async () => {
        resolve(writer.delete({ query, range: EVER, acceptedBefore: 0n }))
      }
      await writer.maintain()
      expect(await deleted).toEqual({ deleted: 8 })
      while (await writer.maintain());
      expect(writer.stats()).toMatchObject({ events: 16, segments: 2, mergeDebt: { segments: 0, bytes: 0 } })
      await writer.close()
      expect((await contentOf(folder.dir)).events.some((event) => event.endsWith('line 1'))).toBe(false)
    },
  )
})

describe('the batch window', () => {
  it('remembers batches over restarts and checkpoints, for the writer and for questions', async () => {
    await using folder = await temporaryFolder()
    let writer = await open(folder.dir, { rollBytes: 3000 })
    for (let to = 1n; to <= 40n; to++) {
      await writer.append(
        appendOf(Number(to % 2n), (to + 1n) / 2n, one(`e${to}`, MIDNIGHT, MIDNIGHT + to), `b${to}`),
      )
    }
    await writer.close()
    writer = await open(folder.dir)
    const ids = Array.from({ length: 40 }, (_, index) => `b${index + 1}`)
    const odd = ids.filter((_, index) => index % 2 === 0)
    expect(await writer.seenBatches(1, [...ids, 'unknown'])).toEqual(new Set(odd))
    const reader = await openSegmentsReader({ dir: folder.dir })
    for (const [index, id] of ids.entries()) {
      const received_at = MIDNIGHT + BigInt(index + 1)
      expect(await reader.batch(id)).toEqual({ batch_id: id, received_at, events: 1, dead_letters: 1 })
    }
    expect(await reader.batch('unknown')).toBeUndefined()
    await reader.close()
    await writer.close()
  })

  it('forgets a file only when enough newer batches are known and its newest is too old', () => {
    const file = (count: number, newest: bigint) => ({ count, newest })
    const limits = { batches: 10, age: 100n }
    const old = file(5, 50n)
    const young = file(5, 120n)
    expect(expiredFiles([old, young, file(9, 200n)], limits)).toEqual([old])
    expect(expiredFiles([old, file(9, 200n)], limits)).toEqual([])
    expect(expiredFiles([file(5, 100n), file(10, 200n)], limits)).toEqual([])
  })

  it('holds exactly the hashes that were put in', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 300 }),
        fc.array(fc.string()),
        (inside, others) => {
          const set = new HashSet()
          for (const id of [...inside, ...inside]) set.add(batchHash(id))
          expect(set.size).toBe(inside.length)
          expect(inside.every((id) => set.has(batchHash(id)))).toBe(true)
          for (const id of others) expect(set.has(batchHash(id))).toBe(inside.includes(id))
        },
      ),
    )
    const zeros = new HashSet()
    expect(zeros.has(new Uint8Array(16))).toBe(false)
    zeros.add(new Uint8Array(16))
    expect(zeros.has(new Uint8Array(16))).toBe(true)
  })
})

describe('dead letters', () => {
  it('of any number and size are kept in order, the newest up to their number; what went is counted', async () => {
    await using folder = await temporaryFolder()
    const keep = 30
    let writer = await open(folder.dir, { rollBytes: 200_000, keepDeadLetters: keep })
    const ids: string[] = []
    for (let to = 1n; to <= 12n; to++) {
      const deadLetters = Array.from({ length: 10 }, (_, index) =>
        deadLetter(`d${to}-${index}`, 'x'.repeat(to % 3n === 0n ? 80_000 : 10)),
      )
      ids.push(...deadLetters.map(({ id }) => id))
      await writer.append({
        partition: 0,
        from: to === 1n ? null : to - 1n,
        to,
        events: batchOf([]),
        deadLetters,
        batches: [],
      })
    }
    await writer.close()
    writer = await open(folder.dir, { keepDeadLetters: keep })
    const { dropped } = writer.stats().deadLetters
    await writer.close()
    const reader = await openSegmentsReader({ dir: folder.dir })
    const found: string[] = []
    let total = 0
    for (let before: string | undefined; ; before = found.at(-1)) {
      const page = await reader.deadLetters({ limit: 7, ...(before !== undefined && { before }) })
      total = page.total
      found.push(...page.items.map(({ id }) => id))
      if (page.items.length === 0) break
    }
    await reader.close()
    expect(total).toBe(keep)
    expect(found).toEqual(ids.toReversed().slice(0, keep))
    expect(dropped).toBe(ids.length - keep)
  })

  it('are kept within their bytes while they come, the oldest go first', async () => {
    await using folder = await temporaryFolder()
    const keepDeadLetterBytes = 1_000_000
    const writer = await open(folder.dir, { keepDeadLetterBytes })
    const ids: string[] = []
    for (let to = 1n; to <= 40n; to++) {
      const letter = deadLetter(`d${to}`, 'x'.repeat(100_000))
      ids.push(letter.id)
      await writer.append(lettersAt(to, [letter]))
      expect(writer.stats().deadLetters.bytes).toBeLessThan(keepDeadLetterBytes * 1.1 + 512 * 1024)
    }
    const { count, dropped } = writer.stats().deadLetters
    expect(count + dropped).toBe(ids.length)
    await writer.close()
    const reader = await openSegmentsReader({ dir: folder.dir })
    const { items } = await reader.deadLetters({ limit: 100 })
    await reader.close()
    expect(items.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, count))
    expect(count).toBeGreaterThanOrEqual(9)
  })

  const changes: readonly [string, (writer: LogWriter) => Promise<unknown>, string[]][] = [
    ['a replay', (writer) => writer.append({ ...lettersAt(3n, []), replayed: ['in a file', 'newer'] }), []],
    ['a dismissal', (writer) => writer.dismissDeadLetters({ door: 'json' }), []],
    [
      'a letter with a file of its own',
      (writer) => writer.append(lettersAt(3n, [deadLetter('huge', 'x'.repeat(300_000))])),
      ['in a file', 'newer', 'huge'],
    ],
  ]
  const faults: readonly (readonly [string, Operation])[] = [
    ['could not begin', 'create'],
    ['could not remove those before it', 'remove'],
  ]

  it.each(
    faults.flatMap(([what, failing]) =>
      changes.map(([after, change, left]) => ({ what, after, failing, change, left })),
    ),
  )(
    'are there once or gone after a generation that $what, and then $after',
    async ({ failing, change, left }) => {
      await using folder = await temporaryFolder()
      const disk = new UnreliableDisk()
      const writer = await open(folder.dir, { files: disk.files, rollBytes: 2_000 })
      await writer.append(lettersAt(1n, [deadLetter('in a file', 'x'.repeat(5_000))]))
      const faulty: string[] = []
      disk.fail = (operation, path) => {
        if (operation !== failing || !path.endsWith('.log')) return
        faulty.push(path)
        throw new Error('injected')
      }
      await writer.append(lettersAt(2n, [deadLetter('newer', 'x'.repeat(10_000))]))
      disk.fail = () => undefined
      expect(faulty).toHaveLength(1)
      await change(writer)
      expect(writer.stats().deadLetters.count).toBe(left.length)
      expect((await contentOf(folder.dir)).deadLetters).toEqual(left)
      await writer.close()
      await (await open(folder.dir)).close()
      expect((await contentOf(folder.dir)).deadLetters).toEqual(left)
    },
  )

  it('that stay while others beside them are replayed share a file while they are few', async () => {
    await using folder = await temporaryFolder()
    const writer = await open(folder.dir, { rollBytes: 2_000 })
    for (let to = 1n; to <= 12n; to++) {
      const letters = [deadLetter(`stays ${to}`, 'x'.repeat(10_000)), deadLetter(`goes ${to}`)]
      await writer.append({ ...lettersAt(to, letters), replayed: [`goes ${to - 1n}`] })
    }
    await writer.dismissDeadLetters({ id: 'goes 12' })
    await writer.close()
    // The first to open writes them anew, the second finds what the first could not remove yet.
    for (let opening = 0; opening < 2; opening++) await (await open(folder.dir)).close()
    const { deadLetters } = await contentOf(folder.dir)
    expect(deadLetters).toEqual(Array.from({ length: 12 }, (_, index) => `stays ${index + 1}`))
    expect(await readdir(join(folder.dir, 'dead-letters'))).toHaveLength(1)
  })

  it('go when they are past the retention, and are counted', async () => {
    await using folder = await temporaryFolder()
    let now = MIDNIGHT
    const writer = await open(folder.dir, { now: () => now })
    const at = (days: bigint) => isoFromNanos(MIDNIGHT - days * DAY)
    await writer.append(lettersAt(1n, [{ ...deadLetter('old'), at: at(20n) }]))
    await writer.append(lettersAt(2n, [{ ...deadLetter('young'), at: at(1n) }]))
    await writer.close()
    const again = await open(folder.dir, { now: () => now })
    await again.enforceRetention(now)
    expect(again.stats().deadLetters).toMatchObject({ count: 2, dropped: 0 })
    now += 11n * DAY
    await again.enforceRetention(now)
    expect(again.stats().deadLetters).toMatchObject({ count: 1, dropped: 1 })
    await again.close()
  })
})

describe('a full disk', async () => {
  const run = promisify(execFile)
  await using probe = await temporaryFolder()
  const mounted = await mount(probe.dir)
  if (mounted) await run('umount', [probe.dir])

  async function mount(dir: string): Promise<boolean> {
    const mounting = run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir])
    return mounting.then(
      () => true,
      () => false,
    )
  }

  /** Runs on a file system of 8 MB of its own. */
  async function onSmallDisk(use: (dir: string) => Promise<void>): Promise<void> {
    await using folder = await temporaryFolder()
    await mount(folder.dir)
    try {
      await use(folder.dir)
    } finally {
      await run('umount', [folder.dir])
    }
  }

  // Skipped where a small file system cannot be mounted, which takes root.
  it.skipIf(!mounted)('refuses commits whole, keeps what it has, and lets retention make room', async () => {
    await onSmallDisk(async (disk) => {
      const dir = join(disk, 'store')
      let writer = await openSegmentsWriter({
        dir,
        retentionDays: 30,
        maxBytes: 1e9,
        grace: 0n,
        now: () => MIDNIGHT,
      })
      let to = 0n
      const next = () => {
        const id = `b${to + 1n}`
        const events = Array.from({ length: 50 }, (_, index) => ({
          id: `${id}-${index}`,
          timestamp: MIDNIGHT - 40n * DAY + (to * DAY) / 4n,
          observed_at: MIDNIGHT - 40n * DAY + (to * DAY) / 4n,
          message: randomBytes(1000).toString('base64'),
        }))
        return appendOf(0, to + 1n, events, id)
      }
      let full: unknown
      while (full === undefined) {
        full = await writer.append(next()).then(
          () => undefined,
          (error: unknown) => error,
        )
        if (full === undefined) to++
      }
      expect(full).toMatchObject({ name: 'LogStoreError', code: 'disk_full' })
      expect(to).toBeGreaterThan(5n)
      // Not a byte is left, whatever the commit gave back.
      await writeFile(join(disk, 'hog'), new Uint8Array(8 << 20)).catch(() => undefined)
      await expect(writer.append(next())).rejects.toMatchObject({ code: 'disk_full' })
      expect(await contentOf(dir)).toMatchObject({ positions: [[0, to]] })
      await writer.close()
      // It opens, too, and only then frees what is past the retention.
      writer = await openSegmentsWriter({
        dir,
        retentionDays: 30,
        maxBytes: 1e9,
        grace: 0n,
        now: () => MIDNIGHT,
      })
      expect(writer.position(0)).toBe(to)
      const { events: before } = writer.stats()
      expect(before).toBe(Number(to) * 50)
      const { events } = await writer.enforceRetention(MIDNIGHT)
      expect(events).toBeGreaterThan(0)
      await writer.enforceRetention(MIDNIGHT)
      await writer.append(next())
      await writer.close()
      expect((await contentOf(dir)).events).toHaveLength(before - events + 50)
    })
  })
})

describe('a folder of the store', () => {
  it('has no files that the manifest does not name once a writer has opened it', async () => {
    await using folder = await temporaryFolder()
    let writer = await open(folder.dir)
    await writer.append(appendOf(0, 1n, eventsOf('b1', 10), 'b1'))
    await writer.close()
    const segments = join(folder.dir, 'segments')
    const live = await readdir(segments)
    await writeFile(join(segments, '2026-11-23-00000001-000099.parquet'), 'left by a crash')
    await mkdir(join(folder.dir, 'receipts'), { recursive: true })
    await writeFile(join(folder.dir, 'receipts', 'p0-x.bin'), 'left by a crash')
    writer = await open(folder.dir)
    expect(await readdir(segments)).toEqual(live)
    await writer.close()
    expect((await contentOf(folder.dir)).events).toHaveLength(10)
    expect((await stat(join(folder.dir, 'receipts'))).isDirectory()).toBe(true)
  })
})

function lettersAt(to: bigint, deadLetters: readonly DeadLetter[]): Append {
  const from = to === 1n ? null : to - 1n
  return { partition: 0, from, to, events: batchOf([]), deadLetters, batches: [] }
}
