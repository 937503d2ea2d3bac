import { auditStoreFolder, standaloneOutboxes } from '@heartwood/audit'
import type { Nanos } from '@heartwood/event'
import { openSegmentsWriter } from '@heartwood/log-store'
import { PLAIN_STEPS } from '@heartwood/pipeline'
import { type App, gaugesOf } from '@heartwood/runtime'
import { Registry } from 'prom-client'
import { type Indexer, startIndexer } from '../indexer.ts'
import { isSuperseded } from '../partitions/partition-indexer.ts'
import { workersBesideMain } from '../workers/beside-main.ts'
import { type WorkerLimits, workerLimits } from '../workers/worker-limits.ts'

const MINUTE_MILLIS = 60_000
const MIB = 1 << 20

/** Few events come, and their outboxes keep them: they are sealed rarely, so that there are not many small files. */
const LIMITS: WorkerLimits = {
  ...workerLimits(1),
  limits: { ...workerLimits(1).limits, rows: 8_192, bytes: 4 * MIB, millis: 10 * MINUTE_MILLIS },
  memory: { rows: 16_384, bytes: 16 * MIB },
}

/**
 * Makes the audit events of this machine searchable, in a store of their own that nothing deletes from but its retention.
 * Where that store cannot be opened the logs go on without, and nothing is given: the events wait in their outboxes.
 */
export async function indexAudit(app: App, now: () => Nanos): Promise<Indexer | undefined> {
  try {
    return await begin(app, now)
  } catch (error) {
    app.log.error({ err: error }, 'the audit store cannot be opened')
    app.warnings?.set(
      'the audit store',
      `cannot be opened: ${error instanceof Error ? error.message : error}`,
    )
    return undefined
  }
}

async function begin(app: App, now: () => Nanos): Promise<Indexer> {
  const { settings, log } = app
  const dataDir = settings.HEARTWOOD_DATA_DIR
  const writer = await openSegmentsWriter({
    dir: auditStoreFolder(dataDir),
    retentionDays: settings.HEARTWOOD_AUDIT_RETENTION_DAYS,
    maxBytes: settings.HEARTWOOD_AUDIT_MAX_DISK_GB * 1e9,
    now,
  })
  app.stopping.add('the audit store', () => writer.close())
  const consumer = await standaloneOutboxes(dataDir)
  app.stopping.add('the outboxes', () => consumer.close())
  const indexer = startIndexer({
    partitions: consumer.partitions,
    workers: 1,
    startWorker: workersBesideMain({ consumer, appender: writer, steps: PLAIN_STEPS, now, ...LIMITS }),
    writer,
    log,
    now,
    // Its figures have the names of those of the logs; two of them are told below.
    metrics: new Registry(),
    notReady: new Map(),
  })
  app.stopping.add('indexing of audit events', () => indexer.stop())
  indexer.done.catch((error: unknown) => {
    log.fatal({ err: error }, 'the indexing of audit events ended')
    const reason = isSuperseded(error)
      ? 'another indexer took over the audit store; two must not write to it'
      : 'the indexing of audit events ended'
    void app.stopping.stop(reason, 1)
  })
  const gauge = gaugesOf(app.metrics, 'heartwood_indexer_audit_')
  gauge('events', 'Audit events stored', () => writer.stats().events)
  gauge('lag_ms', 'Age of the oldest audit event that is not searchable yet', () =>
    indexer.progress.lagMillis(),
  )
  await indexer.started
  return indexer
}
