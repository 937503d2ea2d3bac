import type { Nanos } from '@heartwood/event'
import { ahead, lostLetter, partsOf, READ_LIMITS } from '@heartwood/indexing'
import type { QueueConsumer, QueueItem } from '@heartwood/queue'
import type { GroupSchedule } from '../groups/group-schedule.ts'
import { type GroupsParts, PartitionGroups } from '../groups/partition-groups.ts'
import { NO_EVENTS, type ReadBatch, recordWithout } from '../groups/read-batch.ts'
import { type ReadParts, readRecords } from './read-records.ts'

export interface RunParts extends Omit<ReadParts, 'appender'>, Omit<GroupsParts, 'appender' | 'consumer'> {
  readonly appender: ReadParts['appender'] & GroupsParts['appender']
  readonly consumer: Pick<QueueConsumer, 'consume' | 'release'>
  readonly schedule: GroupSchedule
}

/**
 * Reads a partition of the queue from the committed position `from` on and gathers it, until `signal` aborts; then
 * commits what it has read, if that can be done at once. The next records are read and decoded while a group is committed.
 * Throws where it cannot go on, when nothing is being committed any more: it has to begin again from the committed position.
 * @param lost why the records behind `from` are gone: then it goes on with the first that is kept, and says so
 */
export async function runPartition(
  parts: RunParts,
  partition: number,
  from: bigint | null,
  lost: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { consumer, schedule } = parts
  const groups = new PartitionGroups(parts, partition, from, signal, schedule.changed)
  using _scheduled = schedule.add(groups)
  const ending = AbortSignal.any([signal, groups.failed])
  using readable = whenReadable(parts, partition)
  let gap = lost
  const items = consumer.consume(partition, lost === undefined ? from : null, ending)
  try {
    for await (const found of ahead(items)) {
      readable.now()
      if (gap !== undefined && from !== null && found[0] !== undefined)
        await groups.add(gapBefore(partition, from, found[0], gap, parts.now()))
      gap = undefined
      for (const part of partsOf(found, READ_LIMITS)) {
        if (ending.aborted) break
        for (const batch of await readRecords(parts, partition, part)) {
          await groups.add(batch)
          await schedule.room(ending)
        }
      }
    }
  } catch (error) {
    // What was read is sound; and a commit that is still under way would take the ground from under the next run.
    await groups.seal().catch(() => undefined)
    throw error
  }
  groups.failed.throwIfAborted()
  await groups.seal()
}

/** Says that the partition gets on: with the first records, or when the queue has not failed for a while. */
function whenReadable(
  { waiting, retryMillis }: RunParts,
  partition: number,
): Disposable & { readonly now: () => void } {
  let isSaid = false
  const now = () => {
    if (!isSaid) waiting(partition, undefined)
    isSaid = true
  }
  // A queue that fails does so at once; one that has nothing new just waits.
  const timer = setTimeout(now, retryMillis.most)
  return { now, [Symbol.dispose]: () => clearTimeout(timer) }
}

/** What stands for the records that are gone, right before the first kept one: positions are never used twice. */
function gapBefore(partition: number, from: bigint, first: QueueItem, reason: string, now: Nanos): ReadBatch {
  if (first.position <= from) {
    throw new Error(
      `the queue begins again at position ${first.position} of partition ${partition}, but ${from} is committed: it belongs to another store`,
    )
  }
  return {
    records: [recordWithout(first.position - 1n, [lostLetter(partition, from, reason, now)])],
    events: NO_EVENTS,
  }
}
