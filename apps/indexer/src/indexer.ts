import type { Nanos } from '@heartwood/event'
import type { LogWriter } from '@heartwood/log-store'
import { type App, noteObstacle } from '@heartwood/runtime'
import type { Registry } from 'prom-client'
import type { BatchState } from './batches/batch-ledger.ts'
import { BatchQuestions } from './batches/batch-questions.ts'
import { indexerGauges, indexerMetrics } from './indexer-metrics.ts'
import { MAINTENANCE_PACE, type MaintenancePace, maintain } from './maintenance.ts'
import { IndexingProgress } from './partitions/indexing-progress.ts'
import { type FollowedWorker, followLag, type LagFollower } from './priority/follow-lag.ts'
import { TailHub } from './tails/tail-hub.ts'
import type { TailLimits } from './tails/tail-limits.ts'
import type { StartWorker, WorkerHandle } from './workers/worker-handle.ts'
import type { WorkerReport } from './workers/worker-messages.ts'

export interface IndexerOptions {
  /** Of the queue. */
  readonly partitions: number
  readonly workers: number
  readonly startWorker: StartWorker
  readonly writer: LogWriter
  readonly log: App['log']
  readonly now: () => Nanos
  readonly metrics: Registry
  /** Why the indexer does not get on, by name of the obstacle; shown by /readyz. */
  readonly notReady: Map<string, string>
  readonly pace?: MaintenancePace
  readonly tails?: { readonly max: number; readonly limits: TailLimits }
  /** Gives the workers' threads the priority they need; without it all stay as they are. */
  readonly priority?: LagFollower
}

/** The running indexer: all partitions, the tails, and maintenance in the background. */
export interface Indexer {
  readonly tails: TailHub
  readonly progress: IndexingProgress
  /** What the workers know of a batch; undefined where it is not read yet or was committed long ago. */
  batch(batchId: string): Promise<BatchState | undefined>
  /** Resolves when all workers run. */
  readonly started: Promise<void>
  /**
   * Resolves when everything has ended after `stop()`. Rejects with `superseded` when another indexer took over, and when
   * a worker is gone: it does not index any more then.
   */
  readonly done: Promise<void>
  /** Ends everything; what is read is committed where that can be done at once, the rest stays in the queue. */
  stop(): Promise<void>
}

const MAX_TAILS = 20

export function startIndexer(options: IndexerOptions): Indexer {
  const { writer, log, now } = options
  const stopping = new AbortController()
  const metrics = indexerMetrics(options.metrics)
  const progress = new IndexingProgress(now)
  const threads = new Map<WorkerHandle, number | undefined>()
  const allStarted = Promise.withResolvers<void>()
  const listener = (worker: WorkerHandle, report: WorkerReport): void => {
    switch (report.kind) {
      case 'started':
        threads.set(worker, report.thread)
        if (threads.size === workers.length) allStarted.resolve()
        return
      case 'progress':
        metrics.add(report.counts)
        progress.take(report.partitions)
        return
      case 'log':
        log[report.level](report.fields, report.message)
        return
      case 'waiting':
        noteObstacle(options, `partition ${report.partition}`, report.reason)
        return
      case 'tail-opened':
        tails.openedBy(worker, report.tail)
        return
      case 'tail-rows':
        tails.take(worker, report)
        return
      case 'tail-failed':
        tails.fail(report.tail, report.reason)
        return
      case 'batch':
        questions.take(worker, report)
        return
      case 'ended':
        return
    }
  }
  const workers = shares(options.partitions, options.workers).map((partitions) =>
    options.startWorker(partitions, listener),
  )
  const questions = new BatchQuestions(workers)
  const tails = new TailHub({
    workers,
    maxTails: options.tails?.max ?? MAX_TAILS,
    ...(options.tails && { limits: options.tails.limits }),
    now,
    lagMillis: () => progress.lagMillis(),
    skipped: metrics.tailSkipped,
  })
  indexerGauges(options.metrics, {
    lagMillis: () => progress.lagMillis(),
    commitLagMillis: () => progress.commitLagMillis(),
    partitions: () => progress.figures(),
    workerLags: () => workers.map(({ partitions }) => progress.lagMillis(partitions)),
    unseenBytes: () => progress.sum('unseenBytes'),
    pendingBytes: () => progress.sum('uncommittedBytes'),
    tails: () => tails.size,
    liveSegments: () => progress.sum('shows'),
    segments: () => writer.stats().segments,
    stored: () => writer.stats().events,
    deadLetters: () => writer.stats().deadLetters,
    mergeDebt: () => writer.stats().mergeDebt,
  })
  const followed = workers.map(
    (worker): FollowedWorker => ({
      thread: () => threads.get(worker),
      lagMillis: () => progress.lagMillis(worker.partitions),
    }),
  )
  const following = options.priority && followLag(followed, options.priority)
  const parts = [
    ...workers.map(({ done }) => done),
    maintain(writer, log, now, options.pace ?? MAINTENANCE_PACE, stopping.signal),
  ]
  const end = () => {
    following?.[Symbol.dispose]()
    tails.close()
    stopping.abort()
    for (const worker of workers) worker.send({ kind: 'stop' })
  }
  const done = Promise.all(parts).then(() => undefined)
  // Where one part has failed the others must not go on: the store was taken over, or a partition stands still.
  done.catch((error: unknown) => {
    allStarted.reject(error)
    end()
  })
  allStarted.promise.catch(() => undefined)
  return {
    tails,
    progress,
    batch: (batchId) => questions.ask(batchId),
    started: allStarted.promise,
    done,
    async stop() {
      end()
      await Promise.allSettled(parts)
    },
  }
}

/** Partitions by worker: each stays with one, so that its order and what is known of its batches do. */
function shares(partitions: number, workers: number): number[][] {
  const count = Math.max(1, Math.min(workers, partitions))
  return Array.from({ length: count }, (_, worker) =>
    Array.from({ length: partitions }, (_, partition) => partition).filter(
      (partition) => partition % count === worker,
    ),
  )
}
