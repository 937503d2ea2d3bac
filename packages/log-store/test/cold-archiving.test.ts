import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { NANOS_PER_DAY } from '@heartwood/event'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { parse } from '@heartwood/query-lang'
import { expect, test } from 'vitest'
import { totalsOf } from '../src/cold/manifest/cold-state.ts'
import { deleteEvents } from '../src/cold/upkeep/delete-events.ts'
import { archivedEvents } from './cold/archived-events.ts'
import { type Fault, FaultyObjects } from './cold/faulty-objects.ts'
import { archiveParts, openArchiveWriter } from './cold/opened-archive.ts'
import { batchOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const NEVER = new AbortController().signal

async function writerOn(objects: ObjectStore, folder: string) {
  const parts = archiveParts(objects)
  const dir = join(folder, randomUUID())
  const files = async () => readdir(join(dir, 'segments'))
  return { ...parts, writer: await openArchiveWriter(parts, dir), files }
}

/** A record with `rows` events, whose client named its batch. */
function records(batchId: string, to: bigint, rows: number, receivedAt = MIDNIGHT) {
  return {
    partition: 0,
    to,
    events: [batchOf(eventsOf(batchId, rows))],
    batches: [{ batchId, named: true, receivedAt }],
    bytes: rows * 100,
  }
}

const idsOf = (batchId: string, rows: number) => eventsOf(batchId, rows).map(({ id }) => id)
const archivedIds = async (objects: ObjectStore) => (await archivedEvents(objects)).map(({ id }) => id)

test('what is gathered is archived as it is, once: events, positions and batch ids in one commit', async () => {
  await using folder = await temporaryFolder()
  const objects = memoryObjects()
  const { writer, manifest, files } = await writerOn(objects, folder.dir)
  await writer.assign([0])
  expect(writer.position(0)).toBeNull()
  await writer.add(records('a', 3n, 40), NEVER)
  await writer.add(records('b', 4n, 40), NEVER)
  expect([writer.position(0), writer.hasBatch(0, 'a'), writer.hasBatch(1, 'a')]).toEqual([4n, true, false])
  const outcome = await writer.archive()
  expect(outcome).toEqual({ kind: 'archived', ranges: [{ partition: 0, from: null, to: 4n }] })
  expect(await archivedIds(objects)).toEqual([...idsOf('a', 40), ...idsOf('b', 40)].sort())
  expect(manifest.state.positions.get(0)).toBe(4n)
  expect(await files()).toEqual([])

  const next = await writerOn(objects, folder.dir)
  await next.writer.assign([0])
  expect([next.writer.position(0), next.writer.hasBatch(0, 'b'), next.writer.hasBatch(0, 'c')]).toEqual([
    4n,
    true,
    false,
  ])
})

test('a store that fails at any operation loses and doubles nothing: the next attempt completes what was begun', async () => {
  await using folder = await temporaryFolder()
  for (const fault of ['not-done', 'done-unanswered'] as const)
    for (let at = 0; at < 16; at++) {
      const faults: Fault[] = []
      const objects = memoryObjects()
      const { writer } = await writerOn(new FaultyObjects(objects, faults, async () => undefined), folder.dir)
      await writer.assign([0])
      await writer.add(records('a', 3n, 20), NEVER)
      faults.push(...Array.from({ length: at }, () => 'none' as const), fault)
      const first = await writer.archive().catch(() => undefined)
      await writer.add(records('b', 5n, 20), NEVER)
      while (faults.length > 0) await writer.archive().catch(() => undefined)
      await writer.archive()
      await writer.archive()
      expect([fault, at, first?.kind, await archivedIds(objects)]).toEqual([
        ...[fault, at, first?.kind],
        [...idsOf('a', 20), ...idsOf('b', 20)].sort(),
      ])
    }
})

test('who gathered what another has archived meanwhile commits nothing, and begins again from where the other is', async () => {
  await using folder = await temporaryFolder()
  const objects = memoryObjects()
  const [slow, quick] = [await writerOn(objects, folder.dir), await writerOn(objects, folder.dir)]
  await slow.writer.assign([0])
  await slow.writer.add(records('a', 3n, 20), NEVER)
  await quick.writer.assign([0])
  await quick.writer.add(records('a', 3n, 20), NEVER)
  await quick.writer.add(records('b', 4n, 20), NEVER)
  await quick.writer.archive()
  expect(await slow.writer.archive()).toEqual({ kind: 'moved', partitions: [0] })
  // Also where it had gone on, on what it took for its own.
  await slow.writer.assign([0])
  expect([slow.writer.position(0), slow.writer.hasBatch(0, 'b')]).toEqual([4n, true])
  await slow.writer.add(records('c', 5n, 20), NEVER)
  expect((await slow.writer.archive()).kind).toBe('archived')
  expect(await archivedIds(objects)).toEqual(['a', 'b', 'c'].flatMap((id) => idsOf(id, 20)).sort())
  expect(await slow.files()).toEqual([])
})

test('a delete that comes between gathering and committing removes what it covers, and nothing received after it', async () => {
  await using folder = await temporaryFolder()
  const objects = memoryObjects()
  const { writer, committer } = await writerOn(objects, folder.dir)
  await writer.assign([0])
  await writer.add(records('a', 3n, 30), NEVER)
  const later = eventsOf('b', 30).map((event) => ({ ...event, observed_at: MIDNIGHT + 10n }))
  await writer.add({ ...records('b', 4n, 30), events: [batchOf(later)] }, NEVER)
  const tombstone = {
    query: 'service:service-1',
    from: MIDNIGHT - 10n ** 15n,
    to: MIDNIGHT + 10n ** 15n,
    accepted_before: MIDNIGHT + 5n,
    at: MIDNIGHT + 5n,
  }
  await committer.commit(() => ({ kind: 'tombstone', tombstone }), { epoch: 1n })
  await writer.archive()
  const kept = eventsOf('a', 30).filter(({ service }) => service !== 'service-1')
  expect(await archivedIds(objects)).toEqual([...kept.map(({ id }) => id ?? ''), ...idsOf('b', 30)].sort())
})

test('a delete removes what matches of what is archived, and of what was accepted before it and comes later; the rest stays as it is', async () => {
  await using folder = await temporaryFolder()
  const objects = memoryObjects()
  const { writer, ...archive } = await writerOn(objects, folder.dir)
  await writer.assign([0])
  await writer.add(records('a', 1n, 30), NEVER)
  await writer.archive()
  await writer.add(records('b', 2n, 30), NEVER)
  await writer.archive()
  const before = await archivedEvents(objects)
  const parts = { ...archive, dir: join(folder.dir, 'deletes') }
  const { query } = parse('service:service-1 message:a')
  const range = { from: MIDNIGHT - NANOS_PER_DAY, to: MIDNIGHT + NANOS_PER_DAY }
  const request = { query, range, acceptedBefore: MIDNIGHT + 5n }
  const isGone = ({ service, message }: { service?: string | undefined; message: string }) =>
    service === 'service-1' && message.endsWith(' a')
  expect(await deleteEvents(parts, request, MIDNIGHT)).toEqual({ deleted: before.filter(isGone).length })
  expect(await archivedEvents(objects)).toEqual(before.filter((event) => !isGone(event)))
  expect(await deleteEvents(parts, request, MIDNIGHT)).toEqual({ deleted: 0 })

  await writer.add({ ...records('late', 3n, 30), events: [batchOf(eventsOf('a', 30))] }, NEVER)
  await writer.archive()
  expect((await archivedEvents(objects)).filter(isGone)).toEqual([])
  const counted = [...archive.manifest.state.days.values()].reduce(
    (sum, day) => sum + totalsOf(day).events,
    0,
  )
  expect(counted).toBe((await archivedEvents(objects)).length)
})

test('rows of few late events are joined with their day, whatever the number of row groups', async () => {
  await using folder = await temporaryFolder()
  const objects = memoryObjects()
  const { writer, manifest } = await writerOn(objects, folder.dir)
  await writer.assign([0])
  await writer.add(records('a', 1n, 70_000), NEVER)
  await writer.add(records('b', 2n, 70_000), NEVER)
  await writer.add(records('c', 3n, 10), NEVER)
  await writer.archive()
  const days = [...manifest.state.days.values()].map(({ added }) => added.map(({ segment }) => segment.rows))
  expect(days.flat().reduce((sum, rows) => sum + rows, 0)).toBe(140_010)
  for (const rows of days) expect(rows).toHaveLength(1)
})
