import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { expect, test } from 'vitest'
import type { ArchiveWriter } from '../src/cold/archive/archive-writer.ts'
import { SEGMENT_PREFIX, segmentKey } from '../src/cold/manifest/cold-keys.ts'
import { SettledMerges } from '../src/cold/upkeep/merge-settled.ts'
import { sweepDropped } from '../src/cold/upkeep/sweep-dropped.ts'
import { OrphanSweep } from '../src/cold/upkeep/sweep-orphans.ts'
import { archivedEvents } from './cold/archived-events.ts'
import { FaultyObjects } from './cold/faulty-objects.ts'
import { archiveParts, openArchiveWriter } from './cold/opened-archive.ts'
import { batchOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const HOUR = 3_600_000
const NEVER = new AbortController().signal
const LEFT_OVER = segmentKey('2026-11-23-left-over.parquet')

/** An archive with a clock that a test sets, whose archivers stand still where `before` does not resolve. */
class Place implements AsyncDisposable {
  readonly objects = memoryObjects()
  readonly #folder: Awaited<ReturnType<typeof temporaryFolder>>
  millis = 0
  readonly orphans: OrphanSweep

  private constructor(folder: Awaited<ReturnType<typeof temporaryFolder>>) {
    this.#folder = folder
    this.orphans = new OrphanSweep(this.parts(this.objects))
  }

  static async open(): Promise<Place> {
    return new Place(await temporaryFolder())
  }

  now = () => MIDNIGHT + BigInt(this.millis) * NANOS_PER_MILLI

  parts(objects: ObjectStore) {
    const dir = join(this.#folder.dir, randomUUID())
    return { ...archiveParts(objects, { now: this.now, clock: () => this.millis }), dir }
  }

  async writer(before: (label: string) => Promise<unknown> = async () => undefined): Promise<ArchiveWriter> {
    const { dir, ...parts } = this.parts(new FaultyObjects(this.objects, [], before))
    const writer = await openArchiveWriter(parts, dir)
    await writer.assign([0])
    return writer
  }

  /** A day and more, in which it is looked again and again. */
  async aDay(): Promise<number> {
    let given = 0
    for (let hours = 0; hours <= 30; hours += 6) {
      given += await this.orphans.round()
      this.millis += 6 * HOUR
    }
    return given
  }

  /** Deletes what was given up. */
  async sweep(): Promise<void> {
    await sweepDropped({ ...this.parts(this.objects), coldDays: 365 }, this.now())
  }

  async keys(): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of this.objects.list(SEGMENT_PREFIX)) keys.push(key)
    return keys
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]()
  }
}

const records = (batchId: string, to: bigint) => ({
  ...{ partition: 0, to, bytes: 3_000, batches: [] },
  events: [batchOf(eventsOf(batchId, 30))],
})

test('what interrupted uploads have left is deleted a day later, and nothing that counts', async () => {
  await using place = await Place.open()
  const writer = await place.writer()
  await writer.add(records('a', 1n), NEVER)
  await writer.archive()
  const counting = await place.keys()
  await place.objects.put(LEFT_OVER, Buffer.from('half'))
  expect(await place.orphans.round()).toBe(0)
  await place.sweep()
  expect(await place.keys()).toContain(LEFT_OVER)
  expect(await place.aDay()).toBe(1)
  await place.sweep()
  expect(await place.keys()).toEqual(counting)
  expect(await archivedEvents(place.objects)).toHaveLength(30)
})

test.each([
  ['is being deleted', false],
  ['is deleted', true],
])(
  'an archiver that stood still until what it uploaded %s archives every event once all the same',
  async (_, isSwept) => {
    await using place = await Place.open()
    const [reached, asleep] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const writer = await place.writer(async (label) => {
      if (!label.startsWith('put manifest/log/') || place.millis > 0) return
      // Columns are reserved before anything is uploaded.
      if ((await place.keys()).length === 0) return
      reached.resolve()
      await asleep.promise
    })
    await writer.add(records('a', 1n), NEVER)
    const archiving = writer.archive().catch(() => undefined)
    await reached.promise
    expect(await place.aDay()).toBeGreaterThan(0)
    if (isSwept) await place.sweep()
    asleep.resolve()
    await archiving
    if (!isSwept) await place.sweep()
    expect(await writer.archive()).toMatchObject({ kind: 'archived' })
    await place.sweep()
    expect((await archivedEvents(place.objects)).map(({ id }) => id)).toEqual(
      eventsOf('a', 30)
        .map(({ id }) => id)
        .sort(),
    )
  },
)

test('a merge that stood still until what it uploaded was deleted changes nothing', async () => {
  await using place = await Place.open()
  const writer = await place.writer()
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    await writer.add(records(name, BigInt(index + 1)), NEVER)
    await writer.archive()
  }
  const before = await archivedEvents(place.objects)
  const [reached, asleep] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  place.millis = 2 * HOUR
  const slow = place.parts(
    new FaultyObjects(place.objects, [], async (label) => {
      if (!label.startsWith('put manifest/log/') || place.millis > 2 * HOUR) return
      reached.resolve()
      await asleep.promise
    }),
  )
  const merging = new SettledMerges({ ...slow, segmentBytes: 64 << 20 }).round(place.now())
  const outcome = merging.then(
    () => 'merged',
    (error: Error) => error.message,
  )
  await reached.promise
  expect(await place.aDay()).toBeGreaterThan(0)
  await place.sweep()
  asleep.resolve()
  expect(await outcome).toContain('try it again')
  expect(await archivedEvents(place.objects)).toEqual(before)
})
