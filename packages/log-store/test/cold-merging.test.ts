import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { parse } from '@heartwood/query-lang'
import { expect, test } from 'vitest'
import { SEGMENT_PREFIX } from '../src/cold/manifest/cold-keys.ts'
import { totalsOf } from '../src/cold/manifest/cold-state.ts'
import { deleteEvents } from '../src/cold/upkeep/delete-events.ts'
import { type MergedRound, SettledMerges } from '../src/cold/upkeep/merge-settled.ts'
import { archivedEvents } from './cold/archived-events.ts'
import { type Fault, FaultyObjects } from './cold/faulty-objects.ts'
import { archiveParts, openArchiveWriter } from './cold/opened-archive.ts'
import { batchOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const DAY = 86_400_000_000_000n
const MINUTE = 60_000_000_000n
const SETTLED = MIDNIGHT + 180n * MINUTE
const NEVER = new AbortController().signal

/** An archive in `objects` that many small commits made, and who merges it. */
async function archive(objects: ObjectStore, commits: readonly number[], segmentBytes = 64 << 20) {
  const folder = await temporaryFolder()
  const writing = archiveParts(objects)
  const writer = await openArchiveWriter(writing, join(folder.dir, 'archive'))
  await writer.assign([0])
  let commit = 0
  const add = async (rows: number) => {
    commit++
    const events = [batchOf(eventsOf(`commit-${commit}`, rows, commit))]
    await writer.add({ partition: 0, to: BigInt(commit), bytes: rows * 100, events, batches: [] }, NEVER)
    await writer.archive()
  }
  for (const rows of commits) await add(rows)
  return {
    ...{ add, manifest: writing.manifest, committer: writing.committer },
    deleting: () => ({ ...archiveParts(objects), dir: join(folder.dir, randomUUID()) }),
    merges: (of = objects) =>
      new SettledMerges({ ...archiveParts(of), dir: join(folder.dir, randomUUID()), segmentBytes }),
    async segments() {
      const state = await writing.manifest.refresh()
      return [...state.days.values()].reduce((sum, day) => sum + totalsOf(day).segments, 0)
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

async function untilNothingIsLeft(merges: SettledMerges): Promise<MergedRound[]> {
  const rounds: MergedRound[] = []
  for (;;) {
    const round = await merges.round(SETTLED)
    if (round.from === 0) return rounds
    rounds.push(round)
  }
}

test('a settled day of many small segments becomes few, with every event once and as it was', async () => {
  const objects = memoryObjects()
  await using archived = await archive(
    objects,
    Array.from({ length: 12 }, () => 30),
  )
  const [before, segments] = [await archivedEvents(objects), await archived.segments()]
  expect((await archived.merges().round(MIDNIGHT + 30n * MINUTE)).from).toBe(0)
  await untilNothingIsLeft(archived.merges())
  expect(await archivedEvents(objects)).toEqual(before)
  expect(segments).toBe(24)
  expect(await archived.segments()).toBe(2)
})

test('segments as large as the archive makes them are left as they are', async () => {
  const objects = memoryObjects()
  await using archived = await archive(objects, [30, 30, 30, 30, 30], 1_000)
  expect(await untilNothingIsLeft(archived.merges())).toEqual([])
})

test('a day in which nothing is left to merge is not looked at again until something comes', async () => {
  const objects = memoryObjects()
  await using archived = await archive(objects, [30, 30, 30, 30, 30])
  const merges = archived.merges()
  await untilNothingIsLeft(merges)
  const segments = await archived.segments()
  for (let count = 0; count < 6; count++) await archived.add(30)
  expect(await archived.segments()).toBe(segments + 12)
  await untilNothingIsLeft(merges)
  expect(await archived.segments()).toBeLessThan(segments + 12)
})

test('of two that merge the same, one counts', async () => {
  const objects = memoryObjects()
  await using archived = await archive(objects, [30, 30, 30, 30, 30])
  const before = await archivedEvents(objects)
  await Promise.all([untilNothingIsLeft(archived.merges()), untilNothingIsLeft(archived.merges())])
  expect(await archivedEvents(objects)).toEqual(before)
  expect(await archived.segments()).toBe(2)
})

test('what is deleted while its segment is merged stays deleted', async () => {
  const objects = memoryObjects()
  await using archived = await archive(objects, [30, 30, 30, 30, 30])
  const before = await archivedEvents(objects)
  let isDeleted = false
  const merging = archived.merges(
    new FaultyObjects(objects, [], async (label) => {
      if (isDeleted || !label.startsWith('put segments/')) return
      isDeleted = true
      const range = { from: MIDNIGHT - DAY, to: MIDNIGHT + DAY }
      const { query } = parse('service:service-1')
      await deleteEvents(archived.deleting(), { query, range, acceptedBefore: SETTLED }, SETTLED)
    }),
  )
  await untilNothingIsLeft(merging)
  expect(await archivedEvents(objects)).toEqual(before.filter(({ service }) => service !== 'service-1'))
  expect(await archived.segments()).toBe(2)
})

test('a merge that fails at any operation on objects loses and doubles nothing, and a later one completes it', async () => {
  for (const fault of ['not-done', 'done-unanswered'] as const)
    for (let at = 0; at < 40; at += 3) {
      const objects = memoryObjects()
      await using archived = await archive(objects, [10, 10, 10, 10])
      const before = await archivedEvents(objects)
      const faults: Fault[] = [...Array.from({ length: at }, () => 'none' as const), fault]
      const failing = archived.merges(new FaultyObjects(objects, faults, async () => undefined))
      await failing.round(SETTLED).catch(() => undefined)
      expect([fault, at, await archivedEvents(objects)]).toEqual([fault, at, before])
      await untilNothingIsLeft(archived.merges())
      expect([fault, at, await archivedEvents(objects), await archived.segments()]).toEqual([
        ...[fault, at, before],
        2,
      ])
    }
})

test('a segment that is damaged is named and keeps its place, and the days beside it are merged all the same', async () => {
  const objects = memoryObjects()
  await using archived = await archive(objects, [30, 30, 30, 30, 30])
  const keys: string[] = []
  for await (const { key } of objects.list(SEGMENT_PREFIX)) if (key.endsWith('.parquet')) keys.push(key)
  const [damaged = ''] = keys
  const whole = await objects.get(damaged)
  await objects.put(
    damaged,
    whole.map((byte, at) => (at === 10 ? byte ^ 1 : byte)),
  )
  const merges = archived.merges()
  const round = await merges.round(SETTLED)
  expect(round.damaged).toEqual([expect.stringContaining(damaged)])
  expect(round).toMatchObject({ from: 5, into: 1 })
  // And it is not fetched again and again.
  expect((await merges.round(SETTLED)).damaged).toEqual([])
  await objects.put(damaged, whole)
  expect(await archivedEvents(objects)).toHaveLength(150)
})
