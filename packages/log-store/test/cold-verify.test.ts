import { join } from 'node:path'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { expect, test } from 'vitest'
import { SEGMENT_PREFIX, SHARD_PREFIX, segmentKey } from '../src/cold/manifest/cold-keys.ts'
import { removedOf } from '../src/cold/manifest/cold-state.ts'
import { foldDay } from '../src/cold/manifest/folding.ts'
import { openKnownSegments } from '../src/cold/verify/known-segments.ts'
import { type ObjectFault, type Verified, verifySegments } from '../src/cold/verify/verify-segments.ts'
import { archiveParts, openArchiveWriter } from './cold/opened-archive.ts'
import { StandaloneStore } from './cold/standalone-store.ts'
import { batchOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const DAY = 86_400_000_000_000n
const FIRST = '2026-11-23'

/** An archive with events of two days and a segment of several, in `objects`. */
async function archive(objects: ObjectStore) {
  const parts = archiveParts(objects)
  const folder = await temporaryFolder()
  const writer = await openArchiveWriter(parts, join(folder.dir, 'archive'))
  await writer.assign([0])
  for (const [index, offset] of [0n, DAY].entries()) {
    const events = eventsOf(`batch-${index}`, 40).map((event) => ({
      ...event,
      timestamp: (event.timestamp ?? MIDNIGHT) + offset,
    }))
    const record = { partition: 0, to: BigInt(index + 1), bytes: 4_000, events: [batchOf(events)] }
    await writer.add({ ...record, batches: [] }, new AbortController().signal)
    await writer.archive()
  }
  return { ...parts, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

type Asked = Partial<Parameters<typeof verifySegments>[0]>

async function verify(objects: ObjectStore, asked: Asked = {}): Promise<Verified> {
  const read = await openKnownSegments(objects, 'archive')
  if (read === undefined) throw new Error('nothing is archived')
  return verifySegments({ objects, read, ...asked })
}

async function keysOf(objects: ObjectStore, prefix = SEGMENT_PREFIX): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of objects.list(prefix)) keys.push(key)
  return keys
}

const faultOf = ({ key, fault }: ObjectFault) => [key, fault]

test('an archive that is whole has no fault: every object is read, and every event counted', async () => {
  const objects = memoryObjects()
  await using _ = await archive(objects)
  const seen: number[] = []
  const verified = await verify(objects, { onProgress: ({ bytes, ofBytes }) => seen.push(bytes / ofBytes) })
  const keys = await keysOf(objects)
  expect(verified).toMatchObject({ events: 80, objects: keys.length, faults: [], unknown: { objects: 0 } })
  expect(verified.bytes).toBeGreaterThan(0)
  expect(seen.at(-1)).toBe(1)
})

test('each object that is damaged, cut, lengthened or gone is named, and no other', async () => {
  const objects = memoryObjects()
  await using _ = await archive(objects)
  const keys = await keysOf(objects)
  expect(keys.length).toBeGreaterThanOrEqual(4)
  for (const key of keys) {
    const whole = await objects.get(key)
    const middle = whole.length >> 1
    const damaged = whole.map((byte, at) => (at === middle ? byte ^ 1 : byte))
    const cases: [Uint8Array | undefined, ObjectFault['fault'], boolean][] = [
      [damaged, 'checksum', false],
      [whole.subarray(0, -1), 'size', true],
      [Buffer.concat([whole, Buffer.from('x')]), 'size', true],
      [undefined, 'missing', true],
    ]
    for (const [bytes, fault, isSeenQuickly] of cases) {
      if (bytes === undefined) await objects.delete([key])
      else await objects.put(key, bytes)
      const told: ObjectFault[] = []
      const verified = await verify(objects, { onFault: (one) => told.push(one) })
      expect(verified.faults.map(faultOf)).toEqual([[key, fault]])
      expect(verified.faults[0]?.events).toBeGreaterThan(0)
      expect(told).toEqual(verified.faults)
      const quick = await verify(objects, { quick: true })
      expect(quick.faults.map(faultOf)).toEqual(isSeenQuickly ? [[key, fault]] : [])
    }
    await objects.put(key, whole)
  }
})

test('objects of an upload that was interrupted are counted as unknown, and are no fault', async () => {
  const objects = memoryObjects()
  await using _ = await archive(objects)
  await objects.put(segmentKey(`${FIRST}-left-over.parquet`), Buffer.from('half'))
  await objects.put(segmentKey('2001-01-01-left-over.parquet'), Buffer.from('other'))
  expect(await verify(objects)).toMatchObject({ faults: [], unknown: { objects: 2, bytes: 9 } })
})

test('a segment that is replaced and deleted while the archive is looked through is no fault', async () => {
  const objects = memoryObjects()
  await using archived = await archive(objects)
  const { manifest, committer } = archived
  const known = await openKnownSegments(objects, 'archive')
  let isReplaced = false
  const read = async () => {
    const before = await known?.()
    if (before === undefined) throw new Error('nothing is archived')
    if (isReplaced) return before
    isReplaced = true
    const day = [...manifest.state.days.keys()][0] ?? null
    const remove = await manifest.segments(manifest.state, day)
    await committer.commit(
      () => ({ kind: 'replace', reason: 'retention', remove: remove.map(removedOf), add: [] }),
      { epoch: 1n },
    )
    await objects.delete(manifest.state.dropped.map(({ key }) => key))
    return before
  }
  expect((await verifySegments({ objects, read })).faults).toEqual([])
})

test('a day whose segments cannot be told any more is a fault, and the other days are looked at all the same', async () => {
  const objects = memoryObjects()
  await using archived = await archive(objects)
  const [day = null] = archived.manifest.state.days.keys()
  await foldDay(archived, day, { epoch: 1n })
  const [shard = ''] = await keysOf(objects, SHARD_PREFIX)
  const whole = await objects.get(shard)
  await objects.put(shard, whole.subarray(1))
  const verified = await verify(objects)
  expect(verified.faults).toMatchObject([{ fault: 'manifest', detail: expect.stringContaining(shard) }])
  expect(verified.events).toBe(40)
})

test('only the days that are asked for are read', async () => {
  const objects = memoryObjects()
  await using _ = await archive(objects)
  const ofFirst = (await keysOf(objects)).filter((key) => key.includes(FIRST))
  await objects.delete(ofFirst)
  expect((await verify(objects, { from: '2026-11-24' })).faults).toEqual([])
  expect((await verify(objects, { to: FIRST })).faults).toHaveLength(ofFirst.length)
})

test('old segments of one machine are held against the mirror of its manifest', async () => {
  await using store = await StandaloneStore.open()
  for (const day of [0, 1, 2]) await store.append(day)
  store.clock.now = MIDNIGHT + 40n * DAY
  await store.tidy()
  const keys = await keysOf(store.objects)
  const whole = await verify(store.objects)
  expect(whole).toMatchObject({ events: 30, objects: keys.length, faults: [], unknown: { objects: 0 } })
  await store.objects.delete(keys.slice(0, 1))
  expect((await verify(store.objects)).faults.map(faultOf)).toEqual([[keys[0], 'missing']])
})

test('a place where nothing was archived is told apart from an archive that is whole', async () => {
  expect(await openKnownSegments(memoryObjects(), 'archive')).toBeUndefined()
})
