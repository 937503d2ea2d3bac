import type { QueuedRecord } from '@heartwood/doors'
import type { ArchiveWriter } from '@heartwood/log-store/cold'
import type { QueueItem } from '@heartwood/queue'

type Queued = Extract<QueueItem, { kind: 'record' }>

/** What the archive knows of a partition. */
export type KnownOfPartition = Pick<ArchiveWriter, 'position' | 'hasBatch' | 'wouldKnow'>

/**
 * The records that are not archived yet, in order. What lies at or before the position of the partition is, unless its batch
 * is one that would be known then: the topic was made anew, and its positions begin again.
 */
export function freshRecords(
  known: KnownOfPartition,
  partition: number,
  items: readonly QueueItem[],
): readonly Queued[] {
  const position = known.position(partition)
  const taken = new Set<string>()
  return items.filter((item): item is Queued => {
    if (item.kind !== 'record') return false
    const { batch_id: batchId } = item.header
    if (taken.has(batchId) || known.hasBatch(partition, batchId)) return false
    if (position !== null && item.position <= position && !isOfNewTopic(known, item)) return false
    taken.add(batchId)
    return true
  })
}

function isOfNewTopic(known: KnownOfPartition, { header }: Queued): boolean {
  return !isForeign({ header }) && known.wouldKnow(isNamed({ header }), BigInt(header.received_at))
}

/** Whether the same batch may come again in another record, from its client or as a replay. */
export function isNamed({ header }: Pick<QueuedRecord, 'header'>): boolean {
  return header.client_batch || header.replay !== undefined
}

/** What another program put into the topic is known by its place there. */
export function isForeign({ header }: Pick<QueuedRecord, 'header'>): boolean {
  return !header.client_batch && header.batch_id.startsWith('kafka-')
}
