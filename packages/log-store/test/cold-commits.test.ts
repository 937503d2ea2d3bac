import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBatches, encodeBatches } from '../src/cold/archive/batch-hashes.ts'
import { KnownBatches } from '../src/cold/archive/known-batches.ts'
import { archiveChange, refusalOf } from '../src/cold/manifest/archive-change.ts'
import { ColdCommitter } from '../src/cold/manifest/cold-committer.ts'
import { COLD_FORMAT } from '../src/cold/manifest/cold-format.ts'
import { batchesKey } from '../src/cold/manifest/cold-keys.ts'
import { ColdManifest, GRACE_MS } from '../src/cold/manifest/cold-manifest.ts'
import { dayKeyOf, removedOf, totalsOf } from '../src/cold/manifest/cold-state.ts'
import { foldDay } from '../src/cold/manifest/folding.ts'
import { sweepManifest } from '../src/cold/upkeep/sweep-manifest.ts'
import { keepUp } from '../src/cold/upkeep/upkeep.ts'
import { batchHash } from '../src/segments/manifest/batch-hash.ts'
import { Crash, type Fault, FaultyObjects } from './cold/faulty-objects.ts'
import { segmentInfo } from './cold/segment-info.ts'

/** Records of the queue's one partition, each an event. */
const RECORDS = 14n
const DAY = 86_400_000_000_000n

/** What the archivers of a run share. */
class World {
  readonly objects = memoryObjects()
  /** The events in each file that anybody made. */
  readonly files = new Map<string, readonly bigint[]>()
  #names = 0
  #clock = 0
  readonly #tick: number
  /** Where the clock goes as it should, longer than what a follower takes for granted. */
  readonly graceMs: number

  constructor(tick: number) {
    this.#tick = tick
    this.graceMs = tick === 1 ? GRACE_MS : 0
  }

  newName = (): string => `n${++this.#names}`
  clock = (): number => (this.#clock += this.#tick)
  now = (): bigint => BigInt(this.#clock) * 1_000_000n

  /** A segment with the events of (from, to], of a day of its own for every five. */
  segment(events: readonly bigint[]) {
    const file = `2026-11-26-${this.newName()}.parquet`
    this.files.set(file, events)
    const time = ((events[0] ?? 0n) / 5n) * DAY
    return segmentInfo({ file, rows: events.length, min_time: time, max_time: time })
  }

  parts(objects: ObjectStore) {
    const manifest = new ColdManifest({ objects, clock: this.clock })
    const { newName, now } = this
    const committer = new ColdCommitter({ objects, manifest, now, newName, checkpointEvery: 3 })
    return { objects, manifest, committer, newName }
  }
}

type Parts = ReturnType<World['parts']>

/** Archives from where the manifest stands, or thinks it stands. */
async function archive(world: World, { manifest, committer }: Parts, count: bigint): Promise<void> {
  const { positions, tombstonesMade } = await manifest.refresh()
  const from = positions.get(0) ?? null
  const first = from === null ? 0n : from + 1n
  if (first >= RECORDS) return
  const to = first + count > RECORDS ? RECORDS - 1n : first + count - 1n
  const events = Array.from({ length: Number(to - first + 1n) }, (_, index) => first + BigInt(index))
  const request = { ranges: [{ partition: 0, from, to }], segments: [world.segment(events)], tombstonesMade }
  const name = world.newName()
  const decide = (state: typeof manifest.state) =>
    refusalOf(state, request) === undefined ? archiveChange(request) : undefined
  try {
    await committer.commit(decide, { epoch: 1n, name })
  } catch (error) {
    if (error instanceof Crash) throw error
    // It may be there: the same again finds out.
    await committer.commit(decide, { epoch: 1n, name })
  }
}

/** Makes one segment of all of a day. */
async function merge(world: World, { manifest, committer }: Parts): Promise<void> {
  const state = await manifest.refresh()
  for (const day of state.days.keys()) {
    const inputs = await manifest.segments(state, day)
    if (inputs.length < 2) continue
    const merged = world.segment(inputs.flatMap(({ file }) => world.files.get(file) ?? []))
    await committer.commit(
      async (now) => {
        const live = new Set((await manifest.segments(now, day)).map(({ file }) => file))
        if (!inputs.every(({ file }) => live.has(file))) return undefined
        return { kind: 'replace', reason: 'merge', remove: inputs.map(removedOf), add: [merged] }
      },
      { epoch: 1n },
    )
  }
}

async function fold(parts: Parts): Promise<void> {
  const state = await parts.manifest.refresh()
  for (const day of state.days.keys()) await foldDay(parts, day, { epoch: 1n })
}

/** The events that count for somebody who reads, in order. */
async function eventsOf(world: World, manifest: ColdManifest): Promise<bigint[]> {
  const state = await manifest.refresh()
  const events: bigint[] = []
  for (const [day, one] of state.days) {
    const segments = await manifest.segments(state, day)
    expect(totalsOf(one)).toMatchObject({
      segments: segments.length,
      events: segments.reduce((sum, { rows }) => sum + rows, 0),
    })
    for (const segment of segments) {
      expect(dayKeyOf(segment)).toBe(day)
      events.push(...(world.files.get(segment.file) ?? []))
    }
  }
  return events.sort((a, b) => Number(a - b))
}

const upTo = (position: bigint | undefined) =>
  Array.from({ length: position === undefined ? 0 : Number(position) + 1 }, (_, index) => BigInt(index))

const faults = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Fault>('none') },
    { weight: 2, arbitrary: fc.constant<Fault>('not-done') },
    { weight: 3, arbitrary: fc.constant<Fault>('done-unanswered') },
    { weight: 1, arbitrary: fc.constant<Fault>('crash') },
  ),
  { maxLength: 80 },
)

const tasks = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('archive' as const), count: fc.bigInt(1n, 3n) }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'merge' as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'fold' as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'sweep' as const }) },
  ),
  { minLength: 4, maxLength: 14 },
)

test('whatever two archivers do beside each other, and wherever one fails or dies, every event counts exactly once, for every reader at every moment', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.tuple(tasks, tasks),
      fc.tuple(faults, faults),
      fc.constantFrom(0, 1, 200_000),
      async (scheduler, [one, other], [faultsOfOne, faultsOfOther], tick) => {
        const world = new World(tick)
        const actor = async (todo: typeof one, faulty: Fault[]) => {
          const schedule = <T>(label: string) => scheduler.schedule(Promise.resolve(), label) as Promise<T>
          const open = () => world.parts(new FaultyObjects(world.objects, faulty, schedule))
          let parts = open()
          for (const task of todo) {
            try {
              if (task.kind === 'archive') await archive(world, parts, task.count)
              else if (task.kind === 'merge') await merge(world, parts)
              else if (task.kind === 'fold') await fold(parts)
              else await sweepManifest(parts.objects, world.now(), world.graceMs)
            } catch (error) {
              // A process that died starts again and remembers nothing.
              if (error instanceof Crash) parts = open()
            }
          }
        }
        const reader = world.parts(world.objects).manifest
        const reading = async () => {
          for (let round = 0; round < 12; round++) {
            await scheduler.schedule(Promise.resolve(), 'reader')
            const events = await eventsOf(world, reader)
            expect(events).toEqual(upTo(reader.state.positions.get(0)))
          }
        }
        const all = [actor(one, [...faultsOfOne]), actor(other, [...faultsOfOther]), reading()]
        await scheduler.waitFor(Promise.all(all))

        const after = world.parts(world.objects)
        while ((after.manifest.state.positions.get(0) ?? -1n) < RECORDS - 1n) await archive(world, after, 4n)
        const fresh = world.parts(world.objects).manifest
        expect(await eventsOf(world, fresh)).toEqual(upTo(RECORDS - 1n))
        // Where its clock stands still it does not look for what may have gone.
        if (tick === 0) return
        expect(await eventsOf(world, reader)).toEqual(upTo(RECORDS - 1n))
        expect(fresh.state).toEqual(reader.state)
      },
    ),
    { numRuns: 150 },
  )
})

test('an archiver that stood still until its place in the log was taken, put into a checkpoint and deleted archives nothing twice', async () => {
  const world = new World(0)
  const awake = world.parts(world.objects)
  const [reached, asleep] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const still = world.parts(
    new FaultyObjects(world.objects, [], async (label) => {
      if (!label.startsWith('put manifest/log/')) return
      reached.resolve()
      await asleep.promise
    }),
  )
  const late = archive(world, still, 2n)
  await reached.promise
  for (let count = 0; count < 4; count++) await archive(world, awake, 1n)
  await sweepManifest(world.objects, world.now() + 1n, 0)
  expect(await world.objects.size('manifest/log/000000000001.json')).toBeUndefined()
  asleep.resolve()
  await late
  const fresh = world.parts(world.objects).manifest
  expect(await eventsOf(world, fresh)).toEqual(upTo(3n))
  expect(still.manifest.state).toEqual(fresh.state)
})

test('what is past the retention goes from the manifest, and a grace time later from the store, with old entries and shards', async () => {
  const world = new World(1)
  const parts = { ...world.parts(world.objects), coldDays: 30 }
  const upkeep = { ...parts, fenced: <T>(task: (epoch: bigint) => Promise<T>) => task(1n) }
  for (let count = 0; count < 7; count++) await archive(world, parts, 2n)
  await fold(parts)
  const keys = async () => {
    const found: string[] = []
    for await (const { key } of world.objects.list('manifest/')) found.push(key)
    return found
  }
  const before = await keys()
  // Events 0 to 4 are of the first day, 5 to 9 of the next; each day is past retention 30 days later.
  const later = 31n * DAY
  const first = await keepUp(upkeep, later)
  expect(first.expired.events).toBe(6)
  expect(await eventsOf(world, parts.manifest)).toEqual(
    Array.from({ length: 8 }, (_, index) => BigInt(index + 6)),
  )
  expect((await keepUp(upkeep, later)).expired.events).toBe(0)
  const state = await parts.manifest.refresh()
  expect(state.dropped).toEqual([])
  expect((await keys()).length).toBeLessThan(before.length)
  expect(await eventsOf(world, world.parts(world.objects).manifest)).toEqual(
    await eventsOf(world, parts.manifest),
  )
})

test('batch ids of many commits are joined, and those past their window forgotten', async () => {
  const world = new World(1)
  const parts = { ...world.parts(world.objects), coldDays: 30 }
  const upkeep = { ...parts, fenced: <T>(task: (epoch: bigint) => Promise<T>) => task(1n) }
  const minutes = 20n * 60_000_000_000n
  for (let commit = 0; commit < 100; commit++) {
    const sections = [true, false].map((named) => ({
      ...{ partition: commit % 3, named, newest: BigInt(commit) * minutes },
      hashes: [batchHash(`${named} ${commit}`)],
    }))
    const { bytes, info } = encodeBatches(`b${commit}.bin`, sections)
    await world.objects.put(batchesKey(info.file), bytes)
    await parts.committer.commit(() => ({ kind: 'archive', segments: [], positions: [], batches: info }), {
      epoch: 1n,
    })
  }
  await keepUp(upkeep, 1n)
  const { batches } = await parts.manifest.refresh()
  expect(batches.length).toBe(33)
  const known = new KnownBatches()
  for (const info of batches) known.add(decodeBatches(await world.objects.get(batchesKey(info.file)), info))
  const isKnown = (named: boolean, commit: number) => known.has(commit % 3, `${named} ${commit}`)
  expect([isKnown(true, 99), isKnown(true, 30), isKnown(true, 20)]).toEqual([true, true, false])
  expect([isKnown(false, 99), isKnown(false, 90)]).toEqual([true, false])
})

test('a commit whose answer was lost is found again, and is made once', async () => {
  for (const lost of ['done-unanswered', 'not-done'] as const) {
    const world = new World(1)
    // To open: two lists and one more to be sure; then the put.
    const faults: Fault[] = ['none', 'none', 'none', lost]
    const objects = new FaultyObjects(world.objects, faults, async () => undefined)
    const { committer, manifest } = world.parts(objects)
    const commit = () =>
      committer.commit(() => ({ kind: 'coverage', coverage: { hot_from: DAY, restored: [] } }), {
        epoch: 1n,
        name: 'one',
      })
    if (lost === 'not-done') await expect(commit()).rejects.toMatchObject({ code: 'unavailable' })
    expect((await commit())?.seq).toBe(1)
    expect((await commit())?.seq).toBe(1)
    expect((await manifest.refresh()).coverage.hot_from).toBe(DAY)
  }
})

test('who has an older epoch than the last entry commits nothing, and is told', async () => {
  const world = new World(1)
  const [old, young] = [world.parts(world.objects), world.parts(world.objects)]
  const change = () => ({ kind: 'coverage' as const, coverage: { restored: [] } })
  await old.committer.commit(change, { epoch: 1n })
  await young.committer.commit(change, { epoch: 2n })
  await expect(old.committer.commit(change, { epoch: 1n })).rejects.toMatchObject({ code: 'superseded' })
  expect((await young.manifest.refresh()).seq).toBe(2)
})

test('a newer format and a damaged entry are said, each in one sentence that names the object', async () => {
  const newer = new World(1)
  await newer.objects.put('manifest/log/000000000001.json', Buffer.from(`{"format":${COLD_FORMAT + 1}}`))
  await expect(newer.parts(newer.objects).manifest.refresh()).rejects.toMatchObject({ code: 'newer_format' })
  const damaged = new World(1)
  await damaged.objects.put('manifest/log/000000000001.json', Buffer.from('{"format":1,"seq":1'))
  await expect(damaged.parts(damaged.objects).manifest.refresh()).rejects.toThrow(/000000000001\.json/)
})
