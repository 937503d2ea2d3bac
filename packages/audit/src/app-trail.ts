import type { App } from '@heartwood/runtime'
import { gaugesOf } from '@heartwood/runtime'
import { modeOf } from '@heartwood/settings'
import type { AuditTrail } from './port.ts'
import { processTrail } from './process-trail.ts'

/**
 * The audit trail of an app, opened at its start and closed as the last of all: it says when the app starts and stops.
 * Standalone the indexer reads its outbox; in a cluster the app itself sends it on to Kafka.
 */
export async function auditOf(app: App): Promise<AuditTrail> {
  const { settings, name } = app
  const isCluster = modeOf(settings) === 'cluster'
  const trail = await processTrail({
    app: name,
    instance: isCluster ? settings.HEARTWOOD_INSTANCE : undefined,
    settings,
    dataDir: settings.HEARTWOOD_DATA_DIR,
    // Who was started by another has its settings from there.
    saysConfiguration: process.send === undefined,
    onObstacle(reason) {
      if (reason === undefined) app.warnings?.delete(WARNING)
      else {
        app.warnings?.set(WARNING, `audit events are lost: ${reason}`)
        app.log.error(`audit events are lost: ${reason}`)
      }
    },
  })
  const gauge = gaugesOf(app.metrics, 'heartwood_audit_')
  gauge('lost', 'Audit events that could not be kept since this app started', () => trail.stats().lost)
  gauge(
    'waiting_bytes',
    'Bytes of audit events that are not in the audit store yet',
    () => trail.stats().waitingBytes,
  )
  app.stopping.add('the audit trail', async () => {
    await trail.stopped(app.stopping.reason)
    await trail.close()
  })
  return trail
}

const WARNING = 'audit'
