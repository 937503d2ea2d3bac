import { join } from 'node:path'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { openDiskPublisher } from '@heartwood/queue'
import { othersOf, startApp } from '@heartwood/runtime'
import { ingestServer } from './ingest-server.ts'
import { queueLimit } from './queue-limit.ts'

const app = startApp('ingest', process.env)
const { settings } = app
const others = await othersOf(app, () => import('@heartwood/db/registry'))

const publisher = await openDiskPublisher({
  dir: join(settings.HEARTWOOD_DATA_DIR, 'queue'),
  limitBytes: queueLimit(settings),
})
app.stopping.add('the queue', () => publisher.close())

const http = ingestServer(app, {
  host: settings.HEARTWOOD_HOST,
  port: settings.HEARTWOOD_INGEST_PORT,
  publisher,
  now: () => BigInt(Date.now()) * NANOS_PER_MILLI,
  // The largest body as received and inflated, and half as much again for others meanwhile.
  bufferBytes: 3 * settings.HEARTWOOD_MAX_BODY_MB * 1024 * 1024,
  bodyTimeout: 120_000,
})
const port = await http.listen()
app.notReady.clear()
await others.register(port)
app.log.info(`listening on ${settings.HEARTWOOD_HOST}:${port}`)
