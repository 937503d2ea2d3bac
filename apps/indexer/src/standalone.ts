import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Dataset } from '@heartwood/api'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { openSegmentsWriter } from '@heartwood/log-store'
import { openDiskConsumer } from '@heartwood/queue'
import type { App } from '@heartwood/runtime'
import { placeOfOldSegments, warnOfArchive } from './archive/old-segments.ts'
import { indexAudit } from './audit/index-audit.ts'
import { startIndexer } from './indexer.ts'
import { indexerServer } from './indexer-server.ts'
import { isSuperseded } from './partitions/partition-indexer.ts'
import { setSessionPriority, setThreadPriority } from './priority/scheduler.ts'
import type { TailHub } from './tails/tail-hub.ts'
import { workersInThreads } from './workers/in-threads.ts'
import { threadCount } from './workers/thread-count.ts'
import { workerLimits } from './workers/worker-limits.ts'

/** The indexer of one machine: it reads the disk queue and owns the segment store. */
export async function runStandalone(app: App): Promise<void> {
  const { settings } = app
  const now = () => BigInt(Date.now()) * NANOS_PER_MILLI

  const cold = await placeOfOldSegments(app)
  const writer = await openSegmentsWriter({
    dir: join(settings.HEARTWOOD_DATA_DIR, 'store'),
    retentionDays: cold === undefined ? settings.HEARTWOOD_RETENTION_DAYS : settings.HEARTWOOD_COLD_DAYS,
    maxBytes: settings.HEARTWOOD_MAX_DISK_GB * 1e9,
    keepDeadLetters: settings.HEARTWOOD_DEAD_LETTERS,
    keepDeadLetterBytes: settings.HEARTWOOD_DEAD_LETTERS_MB * 1e6,
    now,
    ...(cold && { cold }),
  })
  app.stopping.add('the store', () => writer.close())
  if (cold !== undefined) warnOfArchive(app, writer)

  const queueDir = join(settings.HEARTWOOD_DATA_DIR, 'queue')
  const consumer = await openDiskConsumer({ dir: queueDir })
  app.stopping.add('the queue', () => consumer.close())

  const { partitions } = consumer
  const threads = threadCount(settings.HEARTWOOD_INDEXER_THREADS, availableParallelism(), partitions)
  const indexer = startIndexer({
    partitions,
    workers: threads,
    startWorker: workersInThreads({ queueDir, limits: workerLimits(threads), writer }),
    writer,
    log: app.log,
    now,
    metrics: app.metrics,
    notReady: app.notReady,
    priority: {
      setThreads: setThreadPriority,
      setSession: setSessionPriority,
      clock: () => performance.now(),
    },
  })
  app.stopping.add('indexing', () => indexer.stop())
  indexer.done.catch((error: unknown) => {
    if (!isSuperseded(error)) app.log.fatal({ err: error }, 'indexing ended')
    void app.stopping.stop(
      isSuperseded(error)
        ? 'another indexer took over this store; two must not write to it'
        : 'indexing ended',
      1,
    )
  })
  await indexer.started

  const tails = new Map<Dataset, TailHub>([['logs', indexer.tails]])
  const http = indexerServer(app, settings.HEARTWOOD_INDEXER_PORT, { indexer, tails, writer, consumer, now })
  const port = await http.listen()
  app.notReady.delete('start')
  app.log.info(`listening on 127.0.0.1:${port}, ${threads} threads index ${partitions} partitions`)
  const audit = await indexAudit(app, now)
  if (audit !== undefined) tails.set('audit', audit.tails)
}
