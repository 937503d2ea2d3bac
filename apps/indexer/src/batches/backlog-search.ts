import type { Nanos } from '@heartwood/event'
import type { QueueConsumer } from '@heartwood/queue'

export interface BacklogBounds {
  readonly records: number
  readonly millis: number
}

export const BACKLOG_BOUNDS: BacklogBounds = { records: 20_000, millis: 500 }

/**
 * Looks for a batch id in what a partition of the queue holds behind `after`, and gives its receipt time. Undefined
 * where it is not there, or not within the bounds: a long backlog is not read through for one question.
 */
export async function findInBacklog(
  consumer: QueueConsumer,
  partition: number,
  after: bigint | null,
  batchId: string,
  bounds: BacklogBounds,
): Promise<Nanos | undefined> {
  const end = await consumer.end(partition)
  if (end === null || (after !== null && end <= after)) return undefined
  const signal = AbortSignal.timeout(bounds.millis)
  let read = 0
  for await (const items of consumer.consume(partition, after, signal)) {
    for (const item of items) {
      if (item.kind === 'record' && item.header.batch_id === batchId) return BigInt(item.header.received_at)
      if (item.position >= end || ++read >= bounds.records) return undefined
    }
  }
  return undefined
}
