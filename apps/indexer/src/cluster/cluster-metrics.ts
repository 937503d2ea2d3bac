import type { GroupConsumer } from '@heartwood/queue'
import { gaugesOf, partitionLagGauge } from '@heartwood/runtime'
import { Counter, Histogram, type Registry } from 'prom-client'

/** What a cluster's indexer tells about the store, beside what every indexer tells. */
export interface StoreMetrics {
  readonly answered: (millis: number, operations: number) => void
  readonly again: (operations: number) => void
  readonly errorLeftOut: () => void
}

export function storeMetrics(register: Registry): StoreMetrics {
  const seconds = new Histogram({
    name: 'heartwood_indexer_bulk_seconds',
    help: 'Time until Elasticsearch answered a bulk request',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [register],
  })
  const operations = new Counter({
    name: 'heartwood_indexer_bulk_operations_total',
    help: 'Operations of the bulk requests that Elasticsearch answered',
    registers: [register],
  })
  const retries = new Counter({
    name: 'heartwood_indexer_bulk_retries_total',
    help: 'Operations that were sent again because Elasticsearch had not done them',
    registers: [register],
  })
  const leftOut = new Counter({
    name: 'heartwood_indexer_error_messages_left_out_total',
    help: 'Stored error events that are larger than the topic of errors takes, even without what was received',
    registers: [register],
  })
  return {
    errorLeftOut: () => leftOut.inc(),
    answered(millis, count) {
      seconds.observe(millis / 1000)
      operations.inc(count)
    },
    again: (count) => retries.inc(count),
  }
}

/** Figures that are looked at when somebody asks. */
export function clusterGauges(
  register: Registry,
  now: {
    readonly lag: GroupConsumer['lag']
    readonly lagMillis: () => number
    readonly unseenBytes: () => number
    readonly pendingBytes: () => number
    readonly roomTaken: () => number
    readonly tails: () => number
    readonly partitions: () => number
  },
): void {
  const gauge = gaugesOf(register, 'heartwood_indexer_')
  gauge('lag_ms', 'Age of the oldest batch that is read and not searchable yet, 0 without one', now.lagMillis)
  gauge('unseen_bytes', 'Inflated bytes of the batches read and not searchable yet', now.unseenBytes)
  gauge('bulk_pending_bytes', 'Bytes of documents on their way to Elasticsearch', now.pendingBytes)
  gauge('room_taken_bytes', 'Inflated bytes of the records that are held in memory', now.roomTaken)
  gauge('tails', 'Live tails open', now.tails)
  gauge('partitions', 'Partitions of the queue that are read here', now.partitions)
  partitionLagGauge(
    register,
    {
      name: 'heartwood_indexer_partition_lag_records',
      help: 'Records of a partition read here that are not committed yet',
    },
    now.lag,
  )
}
