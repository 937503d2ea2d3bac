import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NANOS_PER_DAY } from '@heartwood/event'
import { memoryObjects, type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { ALL, parse } from '@heartwood/query-lang'
import { expect, it } from 'vitest'
import { StandaloneArchive } from '../src/cold/standalone/standalone-archive.ts'
import { EVER } from '../src/contract/store-under-test.ts'
import { segmentPath } from '../src/segments/append/segment-file.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { ARCHIVE, StandaloneStore } from './cold/standalone-store.ts'
import { MIDNIGHT, segmentsOf, temporaryFolder } from './segments/store-content.ts'

/** Objects that do not answer while `isAway`. */
function awayWhen(isAway: () => boolean): ObjectStore {
  const objects = memoryObjects()
  const answer = <T>(task: () => T): T => {
    if (isAway()) throw new ObjectStoreError('unavailable', 'no route to the archive')
    return task()
  }
  return {
    put: async (...args) => answer(() => objects.put(...args)),
    putFile: async (...args) => answer(() => objects.putFile(...args)),
    get: async (...args) => answer(() => objects.get(...args)),
    size: async (...args) => answer(() => objects.size(...args)),
    list: (...args) => answer(() => objects.list(...args)),
    delete: async (...args) => answer(() => objects.delete(...args)),
    close: async () => undefined,
  }
}

it('goes to the old logs when both its newest event and its newest receipt are past the hot days', async () => {
  await using store = await StandaloneStore.open()
  for (const day of [0, 5, 20]) await store.append(day)
  await store.append(1, { receivedOn: 20, service: 'sent-late' })
  store.clock.now = MIDNIGHT + 36n * NANOS_PER_DAY
  await store.tidy()
  expect(await store.cold()).toEqual(['day-0', 'day-5'])
  expect(await store.count()).toBe(40)
  expect(await store.count('service:day-0 OR service:day-20')).toBe(20)
  const days = await store.reader.storage()
  const tiersOf = (day: number) =>
    days
      .find((one) => one.day === MIDNIGHT + BigInt(day) * NANOS_PER_DAY)
      ?.tiers?.map(({ tier, events }) => [tier, events])
  expect([0, 1, 20].map(tiersOf)).toEqual([[['cold', 10]], [['hot', 10]], [['hot', 10]]])
  store.clock.now += 20n * NANOS_PER_DAY
  await store.tidy()
  expect(await store.cold()).toHaveLength(4)
  expect(await store.count()).toBe(40)
})

it('goes from the old logs when it is past the retention, and its objects a grace time later', async () => {
  await using store = await StandaloneStore.open()
  await store.append(0)
  await store.append(100)
  store.clock.now = MIDNIGHT + 140n * NANOS_PER_DAY
  await store.tidy()
  expect(await store.keys()).toHaveLength(4)
  store.clock.now = MIDNIGHT + 366n * NANOS_PER_DAY
  expect(await store.writer.enforceRetention(store.clock.now)).toEqual({ segments: 1, events: 10 })
  await store.tidy()
  expect(await store.keys()).toHaveLength(2)
  expect(await store.count()).toBe(10)
})

it('goes early, and is not lost, where the disk is nearly full', async () => {
  await using store = await StandaloneStore.open(memoryObjects(), { maxBytes: 8_000 })
  for (let day = 0; day < 8; day++) {
    await store.append(day)
    await store.tidy()
    await store.writer.enforceRetention(store.clock.now)
  }
  expect((await store.cold()).length).toBeGreaterThan(1)
  expect(await store.count()).toBe(80)
})

it('is deleted from as if it were here', async () => {
  await using store = await StandaloneStore.open()
  for (const day of [0, 1]) await store.append(day)
  store.clock.now = MIDNIGHT + 40n * NANOS_PER_DAY
  await store.tidy()
  const before = await store.keys()
  const request = { query: parse('service:day-0 "line 3"').query, range: EVER, acceptedBefore: MIDNIGHT }
  expect(await store.writer.delete(request)).toEqual({ deleted: 1 })
  expect(await store.count('service:day-0')).toBe(9)
  await store.tidy()
  expect(await store.cold()).toEqual(['day-0', 'day-1'])
  const after = await store.keys()
  expect(after).toHaveLength(4)
  expect(
    after.filter((key) => !before.includes(key)),
    'what is left of one is new',
  ).toHaveLength(2)
  expect(await store.count()).toBe(19)
})

it('waits here while the object store is away, which is told, and appends and questions go on', async () => {
  let isAway = true
  await using store = await StandaloneStore.open(awayWhen(() => isAway))
  await store.append(0)
  store.clock.now = MIDNIGHT + 40n * NANOS_PER_DAY
  await store.tidy()
  expect(store.writer.stats().cold).toMatchObject({
    waiting: { segments: 1 },
    obstacle: expect.stringContaining('no route to the archive'),
  })
  expect(await store.count()).toBe(10)
  isAway = false
  store.clock.now += 120_000_000_000n
  await store.tidy()
  expect(store.writer.stats().cold).toEqual({ waiting: { segments: 0, bytes: 0 }, obstacle: undefined })
  expect(await store.cold()).toEqual(['day-0'])
  isAway = true
  await store.append(39)
  const recent = { query: ALL, range: { from: MIDNIGHT + 30n * NANOS_PER_DAY, to: EVER.to } }
  expect(await store.reader.count(recent), 'what is here is answered').toBe(10)
  await expect(store.count('line')).rejects.toMatchObject({ code: 'unavailable' })
})

it('is never put where another store has its own', async () => {
  const objects = memoryObjects()
  await using first = await StandaloneStore.open(objects)
  await first.append(0)
  first.clock.now = MIDNIGHT + 40n * NANOS_PER_DAY
  await first.tidy()
  await using second = await StandaloneStore.open(objects)
  await second.append(0, { service: 'other' })
  second.clock.now = MIDNIGHT + 40n * NANOS_PER_DAY
  await second.tidy()
  expect(second.writer.stats().cold?.obstacle).toContain('another Heartwood')
  expect(await second.count()).toBe(10)
  expect(await first.keys()).toHaveLength(2)
  expect(await first.count('line')).toBe(10)
})

it('is not taken for left over there by an older copy of the folder', async () => {
  await using store = await StandaloneStore.open()
  await store.append(0)
  await store.append(1)
  await store.tidy()
  const copy = await temporaryFolder()
  await cp(store.dir, copy.dir, { recursive: true })
  store.clock.now = MIDNIGHT + 40n * NANOS_PER_DAY
  await store.tidy()
  const again = await openSegmentsWriter({
    ...{ dir: store.dir, retentionDays: 365, maxBytes: 1e9, ballastBytes: 0 },
    cold: new StandaloneArchive({ objects: store.objects, ...ARCHIVE }),
    now: () => store.clock.now,
  })
  while (await again.maintain());
  await again.close()
  const keys = await store.keys()
  const older = await openSegmentsWriter({
    ...{ dir: copy.dir, retentionDays: 365, maxBytes: 1e9, ballastBytes: 0 },
    cold: new StandaloneArchive({ objects: store.objects, ...ARCHIVE }),
    now: () => store.clock.now,
  })
  while (await older.maintain());
  expect(older.stats().cold?.obstacle).toContain('older copy')
  expect(await store.keys()).toEqual(keys)
  await older.close()
  await copy[Symbol.asyncDispose]()
})

it('stays here, and is named, where its file is not what was written', async () => {
  await using store = await StandaloneStore.open()
  await store.append(0)
  await store.append(1)
  const damaged = (await segmentsOf(store.dir)).find(({ services }) => services?.includes('day-0'))
  if (damaged === undefined) throw new Error('no segment to damage')
  const path = segmentPath(store.dir, damaged.file)
  const bytes = await readFile(path)
  bytes[20] = (bytes[20] ?? 0) ^ 1
  await writeFile(path, bytes)
  store.clock.now = MIDNIGHT + 40n * NANOS_PER_DAY
  await expect(store.tidy()).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining(damaged.file),
  })
  await store.tidy()
  expect(await store.cold()).toEqual(['day-1'])
})

it('is written for an older version only while nothing is with the old logs', async () => {
  await using store = await StandaloneStore.open()
  await store.append(0)
  const log = async () => {
    const [newest] = (await localFiles.list(join(store.dir, 'manifest'))).sort().reverse()
    return (await readFile(join(store.dir, 'manifest', newest ?? ''))).toString('latin1')
  }
  expect(await log()).not.toContain('"format":3')
  store.clock.now = MIDNIGHT + 40n * NANOS_PER_DAY
  await store.tidy()
  expect(await log()).toContain('"format":3')
})
