import { LogStoreError } from '@heartwood/log-store'
import { STANDARD_STEPS } from '@heartwood/pipeline'
import type { Registry } from 'prom-client'
import { BatchLedger } from './batches/batch-ledger.ts'
import { GROUP_LIMITS, type GroupLimits } from './commits/commit-group.ts'
import { indexerGauges, indexerMetrics } from './indexer-metrics.ts'
import { MAINTENANCE_PACE, type MaintenancePace, maintain } from './maintenance.ts'
import { indexPartition, type PartitionParts } from './partition-indexer.ts'
import type { TailLimits } from './tails/tail.ts'
import { TailHub } from './tails/tail-hub.ts'

export interface IndexerOptions extends Pick<PartitionParts, 'consumer' | 'writer' | 'log' | 'now'> {
  readonly metrics: Registry
  /** Why the indexer does not get on, by name of the obstacle; shown by /readyz. */
  readonly notReady: Map<string, string>
  readonly steps?: PartitionParts['steps']
  readonly limits?: GroupLimits
  readonly retryMillis?: PartitionParts['retryMillis']
  readonly pace?: MaintenancePace
  readonly tails?: { readonly max: number; readonly limits: TailLimits }
}

/** The running indexer: all partitions, the tails, and maintenance in the background. */
export interface Indexer {
  readonly tails: TailHub
  readonly ledger: BatchLedger
  readonly lagMillis: () => number
  /** Resolves when everything has ended after `stop()`; rejects with `superseded` when another indexer took over. */
  readonly done: Promise<void>
  /** Ends the loops; what is read and not committed stays in the queue. Resolves when they have ended. */
  stop(): Promise<void>
}

const RETRY = { first: 250, most: 10_000 }
const MAX_TAILS = 20

export function startIndexer(options: IndexerOptions): Indexer {
  const { consumer, writer, log, now, notReady } = options
  const stopping = new AbortController()
  const ledger = new BatchLedger()
  const metrics = indexerMetrics(options.metrics)
  const lagMillis = () => {
    const oldest = ledger.oldest()
    return oldest === undefined ? 0 : Math.max(0, Number((now() - oldest) / 1_000_000n))
  }
  const tails = new TailHub({
    maxTails: options.tails?.max ?? MAX_TAILS,
    ...(options.tails && { limits: options.tails.limits }),
    now,
    lagMillis,
    skipped: (count) => metrics.tailSkipped.inc(count),
  })
  indexerGauges(options.metrics, {
    lagMillis,
    pendingBytes: () => ledger.bytes(),
    tails: () => tails.size,
    segments: () => writer.stats().segments,
    stored: () => writer.stats().events,
    mergeDebt: () => writer.stats().mergeDebt,
  })
  const parts: PartitionParts = {
    consumer,
    writer,
    steps: options.steps ?? STANDARD_STEPS,
    tails,
    ledger,
    metrics,
    log,
    now,
    limits: options.limits ?? GROUP_LIMITS,
    retryMillis: options.retryMillis ?? RETRY,
    waiting(partition, reason) {
      const name = `partition ${partition}`
      if (reason === undefined) {
        if (notReady.delete(name)) log.info(`${name} gets on again`)
        return
      }
      if (notReady.get(name) !== reason) log.warn(`${name}: ${reason}`)
      notReady.set(name, reason)
    },
  }
  const loops = Array.from({ length: consumer.partitions }, (_, partition) =>
    indexPartition(parts, partition, stopping.signal),
  )
  loops.push(maintain(writer, log, now, options.pace ?? MAINTENANCE_PACE, stopping.signal))
  const done = Promise.all(loops).then(() => undefined)
  // A loop only fails when the store was taken over; the others must not go on writing then.
  done.catch(() => stopping.abort())
  return {
    tails,
    ledger,
    lagMillis,
    done,
    async stop() {
      stopping.abort()
      tails.close()
      await Promise.allSettled(loops)
    },
  }
}

export function isSuperseded(error: unknown): boolean {
  return error instanceof LogStoreError && error.code === 'superseded'
}
