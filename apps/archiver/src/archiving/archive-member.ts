import { indexRecords, partsOf, READ_LIMITS, type Room } from '@heartwood/indexing'
import type { ArchiveWriter } from '@heartwood/log-store/cold'
import type { Step } from '@heartwood/pipeline'
import type { GroupHandler, QueueItem } from '@heartwood/queue'
import type { App } from '@heartwood/runtime'
import { freshRecords, isForeign, isNamed } from './fresh-records.ts'

export interface ArchiveMemberParts {
  readonly writer: Pick<ArchiveWriter, 'assign' | 'unassign' | 'position' | 'hasBatch' | 'wouldKnow' | 'add'>
  readonly steps: readonly Step[]
  readonly room: Room
  readonly log: App['log']
  /** Epoch nanoseconds. */
  readonly now: () => bigint
  /** Archives what was gathered, as far as that can be done soon; what cannot is forgotten and read again. */
  readonly leave: () => Promise<void>
  readonly absorbed: (batches: number) => void
  /** Told which partitions are ours from now on. */
  readonly assigned: (partitions: ReadonlySet<number>) => void
}

/** Gathers what comes to this member of the group: decoded and run through the pipeline as the indexer does. */
export function archiveMember(parts: ArchiveMemberParts): GroupHandler {
  const { writer, log, assigned, leave } = parts
  const ours = new Set<number>()
  return {
    async onAssigned(partitions) {
      await writer.assign(partitions)
      for (const partition of partitions) ours.add(partition)
      assigned(ours)
      log.info(`archives ${ours.size} partitions, ${partitions.length} more than before`)
    },
    async onRevoked(partitions) {
      await leave()
      writer.unassign(partitions)
      for (const partition of partitions) ours.delete(partition)
      assigned(ours)
      log.info(`archives ${ours.size} partitions, ${partitions.length} fewer than before`)
    },
    async handle(partition, items, signal) {
      try {
        for (const part of partsOf(items, READ_LIMITS)) await gather(parts, partition, part, signal)
      } catch (error) {
        // It comes again, to whoever has the partition then; what was gathered already is known.
        if (!signal.aborted) throw error
      }
    },
  }
}

async function gather(
  { writer, steps, room, now, absorbed }: ArchiveMemberParts,
  partition: number,
  items: readonly QueueItem[],
  signal: AbortSignal,
): Promise<void> {
  const last = items.at(-1)?.position
  if (last === undefined) return
  using _taken = await room.take(bytesOf(items), signal)
  const fresh = freshRecords(writer, partition, items)
  absorbed(items.filter(({ kind }) => kind === 'record').length - fresh.length)
  const position = writer.position(partition)
  if (fresh.length === 0 && position !== null && last <= position) return
  // What is put aside, and what of the queue is damaged or lost, the indexer keeps.
  const indexed = await indexRecords(fresh, steps, now())
  signal.throwIfAborted()
  await writer.add(
    {
      partition,
      to: last,
      events: indexed.map(({ batch }) => batch),
      batches: fresh
        .filter((record) => !isForeign(record))
        .map((record) => ({
          batchId: record.header.batch_id,
          named: isNamed(record),
          receivedAt: BigInt(record.header.received_at),
        })),
      bytes: fresh.reduce((sum, { header }) => sum + header.bytes, 0),
    },
    signal,
  )
}

function bytesOf(items: readonly QueueItem[]): number {
  return items.reduce((sum, item) => sum + (item.kind === 'record' ? item.header.bytes : 0), 0)
}
