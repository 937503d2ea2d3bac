import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { ArchiveWriter, ColdCommitter, ColdManifest, deleteEvents } from '@heartwood/log-store/cold'
import { type ObjectStore, openFolderObjects } from '@heartwood/object-store'
import { parse } from '@heartwood/query-lang'
import { foldDay } from '../../../packages/log-store/src/cold/manifest/folding.ts'
import { archivedEvents } from '../../../packages/log-store/test/cold/archived-events.ts'
import {
  batchOf,
  eventsOf,
  MIDNIGHT,
  temporaryFolder,
} from '../../../packages/log-store/test/segments/store-content.ts'
import type { Expected } from '../files.ts'

const EVER = { from: 0n, to: 2n ** 63n - 1n }
const NEVER = new AbortController().signal

/** An archive of a cluster, opened for writing. */
export async function openArchive(objects: ObjectStore, scratch: string) {
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const parts = { objects, manifest, newName: randomUUID }
  const committer = new ColdCommitter({ ...parts, now: () => MIDNIGHT, checkpointEvery: 8 })
  const fenced = <T>(task: (epoch: bigint) => Promise<T>) => task(1n)
  const writer = await ArchiveWriter.open({
    ...{ ...parts, committer, fenced, dir: join(scratch, randomUUID()) },
    waitingBytes: 1 << 20,
    clock: () => performance.now(),
  })
  await writer.assign([0, 1])
  return {
    writer,
    manifest,
    committer,
    fenced,
    /** Archives a batch that its client named, as the record at this position. */
    async archive(partition: number, to: bigint, batchId: string): Promise<void> {
      const record = {
        ...{ partition, to, bytes: 1_000, events: [batchOf(eventsOf(batchId, 10))] },
        batches: [{ batchId, named: true, receivedAt: MIDNIGHT }],
      }
      await writer.add(record, NEVER)
      await writer.archive()
    },
    async fold(): Promise<void> {
      for (const day of manifest.state.days.keys()) await foldDay({ ...parts, committer }, day, { epoch: 1n })
    },
  }
}

/**
 * The archive of a cluster as a folder: entries of each kind before and behind a checkpoint, days in shards, batch ids, a delete,
 * days that Elasticsearch answers.
 */
export async function writeArchiveOfCluster(into: string): Promise<Expected> {
  const objects = await openFolderObjects(join(into, 'archive'), Date.now())
  await using scratch = await temporaryFolder()
  const archive = await openArchive(objects, scratch.dir)
  const { committer, manifest } = archive
  await archive.archive(0, 1n, 'a')
  await archive.archive(1, 1n, 'b')
  const deleting = { objects, manifest, committer, newName: randomUUID, fenced: archive.fenced }
  // It holds for what was accepted before it and comes later, too.
  await deleteEvents(
    { ...deleting, dir: join(scratch.dir, 'delete') },
    { query: parse('service:service-1').query, range: EVER, acceptedBefore: MIDNIGHT + 1n },
    MIDNIGHT,
  )
  const coverage = { hot_from: MIDNIGHT, restored: [] }
  await committer.commit(() => ({ kind: 'coverage', coverage }), { epoch: 1n })
  await committer.commit(() => ({ kind: 'abandon', keys: ['segments/2026-11-23/never.parquet'] }), {
    epoch: 1n,
  })
  await archive.fold()
  await archive.archive(0, 2n, 'c')
  await archive.archive(1, 5n, 'd')
  return { events: await archivedEvents(objects) }
}
