import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { NANOS_PER_MILLI } from '@heartwood/event'
import type { ObjectStore } from '@heartwood/object-store'
import type { ArchiveWriter } from '../../src/cold/archive/archive-writer.ts'
import { ColdManifest } from '../../src/cold/manifest/cold-manifest.ts'
import { openColdReader } from '../../src/cold/open-cold-reader.ts'
import { deleteEvents } from '../../src/cold/upkeep/delete-events.ts'
import { SettledMerges } from '../../src/cold/upkeep/merge-settled.ts'
import { keepUp } from '../../src/cold/upkeep/upkeep.ts'
import type { AnyWriter } from '../../src/contract.ts'
import type { LogReader } from '../../src/port.ts'
import { archiveParts, openArchiveWriter } from './opened-archive.ts'

/** What an archiver does in the archive of a cluster. */
export type ColdWriter = Pick<AnyWriter, 'append' | 'delete' | 'enforceRetention' | 'maintain'>

interface ColdTierOptions {
  readonly objects: ObjectStore
  /** A folder for what is on its way, and what was fetched. */
  readonly dir: string
  readonly retentionDays: number
}

const NEVER = new AbortController().signal
const now = () => BigInt(Date.now()) * NANOS_PER_MILLI

/** Archives each append at once. */
export async function openColdWriter({ objects, dir, retentionDays }: ColdTierOptions): Promise<ColdWriter> {
  const parts = archiveParts(objects, { now })
  const folder = (name: string) => join(dir, `${name}-${randomUUID()}`)
  const writer = await openArchiveWriter(parts, folder('gathered'))
  const merges = new SettledMerges({ ...parts, dir: folder('merges'), segmentBytes: 64 << 20 })
  const assigned = new Set<number>()
  const upkeep = { ...parts, coldDays: retentionDays }
  return {
    async append({ partition, to, events, batches }) {
      await assign(writer, partition, assigned)
      const position = writer.position(partition)
      if (position !== null && to <= position) return { applied: false }
      const received = batches.map(({ batch_id, received_at }) => ({
        batchId: batch_id,
        named: true,
        receivedAt: received_at,
      }))
      await writer.add({ partition, to, events: [events], batches: received, bytes: 0 }, NEVER)
      const { kind } = await writer.archive()
      if (kind !== 'archived') throw new Error(`nobody else archives, and the commit was refused: ${kind}`)
      return { applied: true }
    },
    delete: (request) => deleteEvents({ ...parts, dir: folder('deletes') }, request, now()),
    enforceRetention: async (at) => (await keepUp(upkeep, at)).expired,
    async maintain() {
      const { folded } = await keepUp(upkeep, now())
      const { from } = await merges.round(now())
      return folded > 0 || from > 0
    },
  }
}

async function assign(writer: ArchiveWriter, partition: number, assigned: Set<number>): Promise<void> {
  if (assigned.has(partition)) return
  await writer.assign([partition])
  assigned.add(partition)
}

/** Answers out of the archive as a query app does, which knows nothing but the objects. */
export function openColdTier({ objects, dir }: Omit<ColdTierOptions, 'retentionDays'>): Promise<LogReader> {
  return openColdReader({
    objects,
    manifest: new ColdManifest({ objects, clock: () => performance.now() }),
    place: 'archive',
    cacheDirectory: join(dir, `cache-${randomUUID()}`),
    cacheBytes: 1e8,
    tempDirectory: join(dir, 'tmp'),
    waiting: 1000,
  })
}
