import { repeatTrail } from '@heartwood/audit'
import { auditOf } from '@heartwood/audit/app'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { registrationOf, startApp } from '@heartwood/runtime'
import { modeOf } from '@heartwood/settings'
import { openDiskQueue } from './disk-queue.ts'
import { ingestServer } from './ingest-server.ts'

const app = startApp('ingest', process.env)
const audit = await auditOf(app)
const { settings } = app
const registration = await registrationOf(app, () => import('@heartwood/db/registry'))

// A cluster's client of Kafka is loaded only where there is one.
const publisher =
  modeOf(settings) === 'cluster'
    ? await (await import('./kafka-queue.ts')).openKafkaQueue(app)
    : await openDiskQueue(settings)
app.stopping.add('the queue', () => publisher.close())

const refusals = repeatTrail(audit, () => performance.now())
app.stopping.add('refusals that are counted', () => refusals[Symbol.asyncDispose]())

const http = ingestServer(app, {
  host: settings.HEARTWOOD_HOST,
  port: settings.HEARTWOOD_INGEST_PORT,
  publisher,
  now: () => BigInt(Date.now()) * NANOS_PER_MILLI,
  // The largest body as received and inflated, and half as much again for others meanwhile.
  bufferBytes: 3 * settings.HEARTWOOD_MAX_BODY_MB * 1024 * 1024,
  bodyTimeout: 120_000,
  refusals,
})
const port = await http.listen()
app.notReady.clear()
await registration.register(port)
app.log.info(`listening on ${settings.HEARTWOOD_HOST}:${port}`)
