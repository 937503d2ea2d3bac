import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventDraft, Nanos } from '@heartwood/event'
import { parse } from '@heartwood/query-lang'
import { describe, expect, it } from 'vitest'
import type { LogReader, LogWriter, TimeRange } from '../src/port.ts'
import { type DurableFiles, localFiles } from '../src/segments/files/durable-files.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter, type SegmentsWriterOptions } from '../src/segments/open-writer.ts'
import { appendOf, batchOf, contentOf, MIDNIGHT, temporaryFolder, viewOf } from './segments/store-content.ts'
import { UnreliableDisk } from './segments/unreliable-disk.ts'

const SECOND = 1_000_000_000n
const DAY = 86_400n * SECOND
const EVER = { from: MIDNIGHT - 10n * DAY, to: MIDNIGHT + 10n * DAY }
const query = (text: string) => parse(text).query

const open = (dir: string, more: Partial<SegmentsWriterOptions> = {}) =>
  openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0, now: () => MIDNIGHT, ...more })

const event = (id: string, more: Partial<EventDraft> = {}): EventDraft => ({
  id,
  timestamp: MIDNIGHT,
  observed_at: MIDNIGHT,
  message: 'line',
  ...more,
})

function show(writer: LogWriter, from: bigint | null, to: bigint, events: EventDraft[], partition = 0) {
  return writer.show({ partition, from, to, events: batchOf(events) })
}

const idsIn = async (dir: string) => (await viewOf(dir)).map((line) => line.split(' ')[0])
const idsOf = async (reader: LogReader) => {
  const { events } = await reader.search({ query: query('*'), range: EVER, limit: 100 })
  return events.map(({ id }) => id).sort()
}
const liveFiles = (dir: string) => readdir(join(dir, 'live'))
const liveLogs = (dir: string) => readdir(join(dir, 'live-log'))

/** Files of which the creations that `holds` picks wait until they are let go. */
function holding(holds: (path: string) => boolean) {
  const { promise: held, resolve: hold } = Promise.withResolvers<void>()
  const { promise: letGo, resolve: release } = Promise.withResolvers<void>()
  const files: DurableFiles = {
    ...localFiles,
    async create(path) {
      if (holds(path)) {
        hold()
        await letGo
      }
      return localFiles.create(path)
    },
  }
  /** `held` resolves when the first creation waits. */
  return { files, held, release }
}

/** Files in which something can be made to happen right before the manifest is looked at next. */
function interrupted() {
  let next: (() => Promise<unknown>) | undefined
  const files: DurableFiles = {
    ...localFiles,
    async list(directory) {
      const happens = next
      if (happens !== undefined && directory.endsWith('/manifest')) {
        next = undefined
        await happens()
      }
      return localFiles.list(directory)
    },
  }
  const beforeManifest = (happens: () => Promise<unknown>) => {
    next = happens
  }
  return { files, beforeManifest }
}

describe('a reader', () => {
  it('sees each event once where a commit lands between its looks at the live log and at the manifest', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    const events = [event('a-0'), event('a-1')]
    await show(writer, null, 1n, events.slice(0, 1))
    await show(writer, 1n, 2n, events.slice(1))
    const { files, beforeManifest } = interrupted()
    const reader = await openSegmentsReader({ dir, files })
    await reader.refresh()
    beforeManifest(async () => {
      await writer.append(appendOf(0, 1n, events.slice(0, 1), 'a'))
      await show(writer, 2n, 3n, [event('late-0')])
    })
    expect(await idsOf(reader)).toEqual(['a-0', 'a-1'])
    expect(await idsOf(reader)).toEqual(['a-0', 'a-1', 'late-0'])
    beforeManifest(() => show(writer, 1n, 3n, [...events.slice(1), event('late-0')]))
    expect(await idsOf(reader)).toEqual(['a-0', 'a-1', 'late-0'])
    await reader.close()
    await writer.close()
  })

  it('ignores what a writer showed once another has opened, and sees what that one shows', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const first = await open(dir)
    await first.append(appendOf(0, 1n, [event('a-0')], 'a'))
    await show(first, 1n, 2n, [event('b-0')])
    const reader = await openSegmentsReader({ dir })
    expect(await idsOf(reader)).toEqual(['a-0', 'b-0'])
    const second = await open(dir)
    expect(await liveFiles(dir)).toEqual([])
    expect(await idsOf(reader)).toEqual(['a-0'])
    await show(first, 2n, 3n, [event('stale-0')])
    expect(await idsOf(reader)).toEqual(['a-0'])
    await show(second, 1n, 2n, [event('b-0')])
    expect(await idsOf(reader)).toEqual(['a-0', 'b-0'])
    await expect(first.append(appendOf(0, 2n, [event('b-0')], 'b'))).rejects.toMatchObject({
      code: 'superseded',
    })
    await expect(show(first, 3n, 4n, [event('stale-1')])).rejects.toMatchObject({ code: 'superseded' })
    expect(await idsOf(reader)).toEqual(['a-0', 'b-0'])
    await reader.close()
    await first.close()
    await second.close()
  })

  const questions: readonly (readonly [string, (reader: LogReader) => Promise<unknown>, unknown])[] = [
    ['search', idsOf, ['stored-0']],
    ['count', (reader) => reader.count({ query: query('*'), range: EVER }), 1],
    ['count by word', (reader) => reader.count({ query: query('line'), range: EVER }), 1],
    [
      'top',
      (reader) => reader.top({ query: query('*'), range: EVER, field: 'message', limit: 2 }),
      [{ value: 'line', count: 1 }],
    ],
    ['event', (reader) => reader.event('shown-0'), undefined],
  ]
  it.each(questions)('answers without live files that are gone (%s)', async (_name, ask, expected) => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    await writer.append(appendOf(0, 1n, [event('stored-0')], 'stored'))
    await show(writer, 1n, 2n, [event('shown-0')])
    const reader = await openSegmentsReader({ dir })
    expect(await idsOf(reader)).toEqual(['shown-0', 'stored-0'])
    for (const file of await liveFiles(dir)) await rm(join(dir, 'live', file))
    expect(await ask(reader)).toEqual(expected)
    await reader.close()
    await writer.close()
  })

  it('says how many events an answer without live files may lack, by the range that was asked about', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    await writer.append(appendOf(0, 1n, [event('stored-0')], 'stored'))
    await show(writer, 1n, 2n, [event('shown-0'), event('shown-1')])
    const reader = await openSegmentsReader({ dir })
    const told: (number | undefined)[] = []
    const count = (range: TimeRange) =>
      reader.count({ query: query('line'), range, onRead: ({ left_out }) => told.push(left_out) })
    expect(await count(EVER)).toBe(3)
    for (const file of await liveFiles(dir)) await rm(join(dir, 'live', file))
    expect(await count(EVER)).toBe(1)
    expect(await count({ from: 0n, to: 1n })).toBe(0)
    expect(told).toEqual([undefined, 2, undefined])
    await reader.close()
    await writer.close()
  })

  it('follows the live log from file to file, and begins with the last of them', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    let now = MIDNIGHT
    const writer = await open(dir, { now: () => now })
    const reader = await openSegmentsReader({ dir })
    // So many services make a record large, so that the log is replaced a few times.
    const events = (to: bigint) =>
      Array.from({ length: 400 }, (_, index) =>
        event(`e${to}-${index}`, { service: `service ${index} ${'x'.repeat(50)}` }),
      )
    for (let to = 1n; to <= 130n; to++) {
      await show(writer, to === 1n ? null : to - 1n, to, events(to))
      if (to % 20n > 0n) continue
      now += 20n * SECOND
      expect(await reader.count({ query: query('*'), range: EVER })).toBe(Number(to) * 400)
      const committed = Array.from({ length: 20 }, (_, index) => events(to - 19n + BigInt(index))).flat()
      await writer.append({ ...appendOf(0, to, committed, `e${to}`), from: to === 20n ? null : to - 20n })
    }
    const logs = await liveLogs(dir)
    expect(Number(logs.at(-1)?.split(/[-.]/)[1])).toBeGreaterThan(2)
    expect(logs.length).toBeLessThan(4)
    const all = Array.from({ length: 130 }, (_, index) => events(BigInt(index + 1))).flat()
    expect((await idsIn(dir)).sort()).toEqual(all.map(({ id }) => id).sort())
    await reader.close()
    await writer.close()
  })
})

describe('a live file', () => {
  it('stays for fifteen seconds after its rows are committed or shown again, then it goes', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    let now: Nanos = MIDNIGHT
    const writer = await open(dir, { now: () => now })
    await show(writer, null, 1n, [event('a-0')])
    await show(writer, 1n, 2n, [event('b-0')])
    now += 5n * SECOND
    await show(writer, 1n, 3n, [event('b-0'), event('c-0')])
    await writer.append(appendOf(0, 1n, [event('a-0')], 'a'))
    now += 14n * SECOND
    await writer.maintain()
    expect(await liveFiles(dir)).toHaveLength(3)
    now += SECOND
    await writer.maintain()
    expect(await liveFiles(dir)).toHaveLength(1)
    expect(await idsIn(dir)).toEqual(['a-0', 'b-0', 'c-0'])
    await writer.close()
  })

  it('whose show is refused is gone', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    let now: Nanos = MIDNIGHT
    const writer = await open(dir, { now: () => now })
    await expect(show(writer, 7n, 8n, [event('a-0')])).rejects.toMatchObject({ code: 'position_gap' })
    now += 20n * SECOND
    await writer.maintain()
    expect(await liveFiles(dir)).toEqual([])
    await writer.close()
  })

  it('that is in pieces after a power cut is not looked at', async () => {
    for (const cut of ['contents lost', 'contents torn'] as const) {
      await using folder = await temporaryFolder()
      const { dir } = folder
      const disk = new UnreliableDisk()
      const writer = await open(dir, { files: disk.files })
      await writer.append(appendOf(0, 1n, [event('stored-0')], 'stored'))
      for (let to = 2n; to < 6n; to++) await show(writer, to - 1n, to, [event(`shown-${to}`)])
      await disk.powerCut(dir, cut)
      const reader = await openSegmentsReader({ dir })
      expect(await idsOf(reader)).toEqual(['stored-0'])
      await reader.close()
    }
  })
})

describe('a show that fails', () => {
  const shows = async (writer: LogWriter) => {
    const again = async (from: bigint | null, to: bigint, id: string) => {
      const once = () => show(writer, from, to, [event(id, { attributes: { [id]: id } })])
      await once().catch(once)
    }
    await again(null, 1n, 'a-0')
    await again(1n, 2n, 'b-0')
    await again(2n, 3n, 'c-0')
  }

  it('changes nothing and can be taken again, whichever file operation failed', async () => {
    const failAt = async (failing: number) => {
      await using folder = await temporaryFolder()
      const disk = new UnreliableDisk()
      const writer = await open(folder.dir, { files: disk.files })
      const before = disk.log.length
      disk.fail = (operation, path) => {
        if (disk.log.length === before + failing) {
          throw Object.assign(new Error(`${operation} ${path}`), { code: 'ENOSPC' })
        }
      }
      await shows(writer)
      const operations = disk.log.length - before
      const seen = await idsIn(folder.dir)
      await writer.close()
      return { operations, seen }
    }
    const { operations } = await failAt(0)
    expect(operations).toBeGreaterThan(9)
    for (let failing = 1; failing <= operations; failing++) {
      expect((await failAt(failing)).seen, `operation ${failing}`).toEqual(['a-0', 'b-0', 'c-0'])
    }
  })

  it('for want of room says so', async () => {
    await using folder = await temporaryFolder()
    const disk = new UnreliableDisk()
    const writer = await open(folder.dir, { files: disk.files })
    disk.fail = (operation) => {
      if (operation === 'write') throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    }
    await expect(show(writer, null, 1n, [event('a-0')])).rejects.toMatchObject({ code: 'disk_full' })
    expect(await idsIn(folder.dir)).toEqual([])
    disk.fail = () => undefined
    await writer.close()
  })
})

describe('a delete', () => {
  const secret = event('secret-0', { message: 'secret' })
  const remove = (writer: LogWriter) =>
    writer.delete({ query: query('secret'), range: EVER, acceptedBefore: MIDNIGHT })

  it('has what was encoded before it and is committed after it encoded again', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const { files: slowFiles, held, release } = holding((path) => path.endsWith('.parquet'))
    const writer = await open(dir, { files: slowFiles })
    const appending = writer.append(appendOf(0, 1n, [secret, event('a-0')], 'a'))
    await held
    expect(await remove(writer)).toEqual({ deleted: 0 })
    release()
    expect(await appending).toEqual({ applied: true })
    expect((await contentOf(dir)).events).toEqual(['a-0 line'])
    const files = await readdir(join(dir, 'segments'))
    expect(files.filter((file) => file.endsWith('.parquet'))).toHaveLength(1)
    await writer.close()
  })

  it('has what was encoded before it and is shown after it encoded again', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const { files, held, release } = holding((path) => path.endsWith('.live.parquet'))
    const writer = await open(dir, { files })
    const showing = show(writer, null, 1n, [secret, event('a-0')])
    await held
    expect(await remove(writer)).toEqual({ deleted: 0 })
    release()
    expect(await showing).toEqual({ applied: true })
    expect(await idsIn(dir)).toEqual(['a-0'])
    expect(await liveFiles(dir)).toHaveLength(1)
    await writer.close()
  })

  it('waits for a show that was let in before it', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const { files, held, release } = holding((path) => path.includes('/live-log/'))
    const writer = await open(dir, { files })
    const flushed: number[] = []
    writer.onFlush((partition) => {
      flushed.push(partition)
      void writer.append(appendOf(0, 1n, [secret], 'a'))
    })
    const showing = show(writer, null, 1n, [secret])
    await held
    const deleting = remove(writer)
    release()
    await showing
    expect(await deleting).toEqual({ deleted: 1 })
    expect(flushed).toEqual([0])
    expect(await idsIn(dir)).toEqual([])
    await writer.close()
  })

  it('waits for what a show that failed may have put into the live log all the same', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    let fails = true
    const files: DurableFiles = {
      ...localFiles,
      async create(path) {
        const file = await localFiles.create(path)
        let writes = 0
        const write = async (bytes: Uint8Array) => {
          await file.write(bytes)
          // All of the second record is there, and yet the operating system reports an error.
          if (fails && path.includes('/live-log/') && ++writes === 2) throw new Error('EIO: i/o error, write')
        }
        return { ...file, write }
      },
    }
    const writer = await open(dir, { files })
    await expect(show(writer, null, 1n, [secret])).rejects.toThrow('EIO')
    fails = false
    expect(await idsIn(dir)).toEqual(['secret-0'])
    writer.onFlush(() => void writer.append(appendOf(0, 1n, [secret], 'a')))
    expect(await remove(writer)).toEqual({ deleted: 1 })
    expect(await idsIn(dir)).toEqual([])
    await writer.close()
  })

  it('that waits for what is shown lets merges and other deletes go on', async () => {
    await using folder = await temporaryFolder()
    const writer = await open(folder.dir)
    await writer.append(appendOf(0, 1n, [event('a-0'), event('b-0', { message: 'other' })], 'a'))
    await show(writer, 1n, 2n, [secret])
    const asked = Promise.withResolvers<void>()
    writer.onFlush(() => asked.resolve())
    const deleting = expect(remove(writer)).rejects.toMatchObject({ code: 'closed' })
    await asked.promise
    await writer.maintain()
    const other = { query: query('other'), range: EVER, acceptedBefore: MIDNIGHT }
    expect(await writer.delete({ ...other, range: { from: MIDNIGHT - DAY, to: MIDNIGHT } })).toEqual({
      deleted: 0,
    })
    await writer.close()
    await deleting
  })

  it('does not hold up a close that comes right behind it', async () => {
    await using folder = await temporaryFolder()
    const writer = await open(folder.dir)
    await show(writer, null, 1n, [secret])
    const deleting = expect(remove(writer)).rejects.toMatchObject({ code: 'closed' })
    await writer.close()
    await deleting
  })

  it('is given up when the store closes while it waits', async () => {
    await using folder = await temporaryFolder()
    const writer = await open(folder.dir)
    await show(writer, null, 1n, [secret])
    const asked = Promise.withResolvers<void>()
    writer.onFlush(() => asked.resolve())
    const deleting = expect(remove(writer)).rejects.toMatchObject({ code: 'closed' })
    await asked.promise
    await writer.close()
    await deleting
  })
})

describe('a new column', () => {
  it('keeps the id it was shown under when another partition commits first', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    let writer = await open(dir)
    const withKey = (id: string, key: string) => event(id, { attributes: { [key]: `value of ${key}` } })
    await show(writer, null, 1n, [withKey('a-0', 'first')])
    await writer.append(appendOf(1, 1n, [withKey('b-0', 'second')], 'b'))
    const reader = await openSegmentsReader({ dir })
    const found = async (text: string) => {
      const page = await reader.search({ query: query(text), range: EVER, limit: 10 })
      return page.events.map(({ id }) => id)
    }
    const each = async () => [await found('first:"value of first"'), await found('second:"value of second"')]
    expect(await each()).toEqual([['a-0'], ['b-0']])
    await writer.append(appendOf(0, 1n, [withKey('a-0', 'first')], 'a'))
    expect(await each()).toEqual([['a-0'], ['b-0']])
    await writer.close()
    writer = await open(dir)
    expect(await each()).toEqual([['a-0'], ['b-0']])
    await show(writer, 1n, 2n, [withKey('c-0', 'lost')])
    await writer.close()
    writer = await open(dir)
    await writer.append(appendOf(0, 2n, [withKey('d-0', 'third')], 'd'))
    expect(await found('lost:*')).toEqual([])
    expect(await found('third:"value of third"')).toEqual(['d-0'])
    await reader.close()
    await writer.close()
  })
})
