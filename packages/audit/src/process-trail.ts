import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { NANOS_PER_MILLI } from '@heartwood/event'
import type { Settings } from '@heartwood/settings'
import manifest from '../package.json' with { type: 'json' }
import { configurationEvents, configurationOf } from './configuration.ts'
import { type OutboxName, outboxFolder, outboxPublisher } from './outbox.ts'
import type { AuditTrail } from './port.ts'
import { newKey, readRunNote, writeRunNote } from './run-note.ts'
import { secretsOf } from './secrets.ts'
import { auditTrail } from './trail.ts'

export interface ProcessTrailOptions {
  readonly app: OutboxName
  /** Of several of an app in a cluster; undefined where there is one. */
  readonly instance: string | undefined
  readonly settings: Settings
  readonly dataDir: string
  /** Says which settings are in force: whoever reads them first, not those that it starts. */
  readonly saysConfiguration: boolean
  readonly onObstacle?: (reason: string | undefined) => void
}

export interface ProcessTrail extends AuditTrail {
  /** Where what is recorded waits. */
  readonly outbox: string
  /** The last event of this process. */
  stopped(reason: string | undefined): Promise<void>
}

/** The trail of a process, and the events of its start. What is wrong with the disk it says; it never keeps a process from starting. */
export async function processTrail(options: ProcessTrailOptions): Promise<ProcessTrail> {
  const { app, instance, settings, dataDir, saysConfiguration } = options
  const outbox = outboxFolder(dataDir, instance === undefined ? app : `${app}.${instance}`)
  const notePath = `${outbox}.json`
  const before = await readRunNote(notePath)
  const key = before?.key ?? newKey()
  const configuration = saysConfiguration ? configurationOf(settings, key) : undefined
  const note = { key, ...(configuration && { configuration }) }
  const trail = auditTrail({
    queue: outboxPublisher(outbox),
    origin: { app, instance, hostname: hostname(), pid: process.pid, version: manifest.version },
    secrets: secretsOf(settings),
    newId: randomUUID,
    now: () => BigInt(Date.now()) * NANOS_PER_MILLI,
    ...(options.onObstacle && { onObstacle: options.onObstacle }),
  })
  const leave = (stopped: boolean) =>
    writeRunNote(notePath, { ...note, stopped }).catch((error: unknown) =>
      options.onObstacle?.(error instanceof Error ? error.message : String(error)),
    )
  const wasKilled = before?.stopped === false
  const name = instance ?? app
  await trail.record({
    action: 'start',
    outcome: 'success',
    message: wasKilled ? `${name} started; it had ended without a stop before` : `${name} started`,
    isWarning: wasKilled,
    attributes: {
      'heartwood.previous_end': before === undefined ? 'none' : wasKilled ? 'killed' : 'stopped',
    },
  })
  if (configuration !== undefined)
    for (const event of configurationEvents(configuration, before?.configuration)) await trail.record(event)
  await leave(false)
  return {
    ...trail,
    outbox,
    async stopped(reason) {
      await trail.record({
        action: 'stop',
        outcome: 'success',
        message: reason === undefined ? `${name} stopped` : `${name} stopped: ${reason}`,
        attributes: { 'heartwood.reason': reason },
      })
      await leave(true)
    },
  }
}
