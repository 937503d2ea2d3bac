import { type App, gaugesOf, portOf } from '@heartwood/runtime'
import { modeOf } from '@heartwood/settings'
import type { AuditTrail } from './port.ts'
import { type ProcessTrail, processTrail } from './process-trail.ts'

/**
 * The audit trail of an app, opened at its start and closed as the last of all: it says when the app starts and stops.
 * Standalone the indexer reads its outbox; in a cluster the app itself sends it on to Kafka.
 */
export async function auditOf(app: App): Promise<AuditTrail> {
  const { settings, name } = app
  const isCluster = modeOf(settings) === 'cluster'
  const warn = (what: string, reason: string | undefined) => {
    const said = reason === undefined ? undefined : `${what}: ${reason}`
    if (said === undefined) app.warnings?.delete(what)
    else if (app.warnings?.get(what) !== said) {
      app.warnings?.set(what, said)
      app.log.warn(said)
    }
  }
  const trail = await processTrail({
    app: name,
    instance: isCluster ? (settings.HEARTWOOD_INSTANCE ?? `${name}-${portOf(name, settings)}`) : undefined,
    settings,
    dataDir: settings.HEARTWOOD_DATA_DIR,
    // Who was started by another has its settings from there.
    saysConfiguration: process.send === undefined,
    onObstacle: (reason) => warn('audit events are lost', reason),
  })
  const gauge = gaugesOf(app.metrics, 'heartwood_audit_')
  gauge('lost', 'Audit events that could not be kept since this app started', () => trail.stats().lost)
  gauge(
    'outbox_bytes',
    'Bytes of the files with audit events that may not be in the audit store yet',
    () => trail.stats().waitingBytes,
  )
  if (isCluster) await deliver(app, trail, (reason) => warn('audit events wait', reason))
  app.stopping.add('the audit trail', async () => {
    await trail.stopped(app.stopping.reason)
    await trail.close()
  })
  return trail
}

/** Its end comes behind that of the trail, whose last event it takes along. */
async function deliver(
  app: App,
  { outbox }: ProcessTrail,
  onTrouble: (reason: string | undefined) => void,
): Promise<void> {
  const { deliverToKafka } = await import('./kafka/index.ts')
  try {
    const delivery = await deliverToKafka({
      app: app.name,
      settings: app.settings,
      outbox,
      onTrouble,
      onDamage: (reason) => app.log.error(`an audit event is lost: ${reason}`),
    })
    app.stopping.add('sending audit events', () => delivery.close())
  } catch (error) {
    onTrouble(error instanceof Error ? error.message : String(error))
  }
}
