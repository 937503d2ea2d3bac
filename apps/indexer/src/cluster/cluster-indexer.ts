import type { Nanos } from '@heartwood/event'
import { Room } from '@heartwood/indexing'
import type { IdempotentWriter } from '@heartwood/log-store'
import { STANDARD_STEPS, type Step } from '@heartwood/pipeline'
import type { GroupConsumer } from '@heartwood/queue'
import { type App, noteObstacle } from '@heartwood/runtime'
import type { Registry } from 'prom-client'
import { BatchLedger, type BatchState } from '../batches/batch-ledger.ts'
import { indexerMetrics } from '../indexer-metrics.ts'
import { MAINTENANCE_PACE, type MaintenancePace, maintain } from '../maintenance.ts'
import { IndexingProgress } from '../partitions/indexing-progress.ts'
import type { TailHub } from '../tails/tail-hub.ts'
import { WorkerTally } from '../workers/worker-tally.ts'
import { clusterGauges } from './cluster-metrics.ts'
import { groupMember } from './group-member.ts'
import { localTails } from './local-tails.ts'
import type { RecordStoreParts } from './record-store.ts'

export interface ClusterIndexerOptions {
  readonly consumer: GroupConsumer
  readonly writer: IdempotentWriter
  readonly errors: RecordStoreParts['errors']
  /** Default: what every log goes through. */
  readonly steps?: readonly Step[]
  readonly log: App['log']
  readonly now: () => Nanos
  readonly metrics: Registry
  /** Why the indexer does not get on, by name of the obstacle; shown by /readyz. */
  readonly notReady: Map<string, string>
  readonly pace?: MaintenancePace
  /** Of what was begun when a partition is taken away or the app stops; default 5,000, less than an app has for its stop. */
  readonly graceMillis?: number
}

/** The running indexer of a cluster: the partitions that the group gives it, the tails, and maintenance in the background. */
export interface ClusterIndexer {
  readonly tails: TailHub
  readonly progress: IndexingProgress
  /** What is known here of a batch: it may be with another indexer. */
  batch(batchId: string): BatchState | undefined
  /** Resolves when it has ended after `stop()`. Rejects where waiting does not help: it does not index any more then. */
  readonly done: Promise<void>
  /** Leaves the group; what was begun is stored and committed, if that can be done soon. */
  stop(): Promise<void>
}

const MAX_TAILS = 20
/** Inflated bytes of records in memory; documents take about three times as much. */
const ROOM_BYTES = 24 << 20
const GRACE_MILLIS = 5_000
const PROGRESS_MILLIS = 100
const OBSTACLE_MILLIS = 1_000

export function startClusterIndexer(options: ClusterIndexerOptions): ClusterIndexer {
  const { consumer, writer, errors, log, now } = options
  const stopping = new AbortController()
  const metrics = indexerMetrics(options.metrics)
  const progress = new IndexingProgress(now)
  const ledger = new BatchLedger()
  const tally = new WorkerTally()
  const room = new Room(ROOM_BYTES)
  let partitions: ReadonlySet<number> = new Set()
  const { hub: tails, outlet } = localTails({
    ledger,
    maxTails: MAX_TAILS,
    now,
    lagMillis: () => progress.lagMillis(),
    skipped: metrics.tailSkipped,
  })
  clusterGauges(options.metrics, {
    lag: () => consumer.lag(),
    lagMillis: () => progress.lagMillis(),
    unseenBytes: () => progress.sum('unseenBytes'),
    pendingBytes: () => writer.stats().pendingBytes,
    roomTaken: () => room.taken,
    tails: () => tails.size,
    partitions: () => partitions.size,
  })
  const say = () => {
    const counts = tally.take()
    if (counts !== undefined) metrics.add(counts)
    progress.replace(
      [...partitions].map((partition) => ({ partition, ...ledger.progress(partition), shows: 0 })),
    )
  }
  const clocks = [
    setInterval(say, PROGRESS_MILLIS),
    setInterval(() => {
      noteObstacle(options, 'the store', writer.stats().obstacle)
      noteObstacle(options, 'the queue', consumer.trouble())
    }, OBSTACLE_MILLIS),
  ]
  const member = groupMember({
    consumer,
    writer,
    errors,
    steps: options.steps ?? STANDARD_STEPS,
    tails: outlet,
    ledger,
    tally,
    room,
    graceMillis: options.graceMillis ?? GRACE_MILLIS,
    now,
    log: (level, message, fields = {}) => log[level](fields, message),
    assigned: (ours) => {
      partitions = new Set(ours)
      say()
    },
  })
  const maintained = {
    enforceRetention: (at: Nanos) => writer.enforceRetention(at),
    maintain: async () => false,
  }
  const parts = [
    consumer.run(member),
    maintain(maintained, log, now, options.pace ?? MAINTENANCE_PACE, stopping.signal),
  ]
  const end = async () => {
    stopping.abort()
    await consumer.close()
    tails.close()
    outlet.closeAll()
    say()
    for (const clock of clocks) clearInterval(clock)
  }
  const done = Promise.all(parts).then(() => undefined)
  done.catch(() => end().catch(() => undefined))
  return {
    tails,
    progress,
    batch: (batchId) => ledger.state(batchId),
    done,
    async stop() {
      await end()
      await Promise.allSettled(parts)
    },
  }
}
