import { createServer } from 'node:http'
import { repeatTrail } from '@heartwood/audit'
import { auditOf } from '@heartwood/audit/app'
import { INTERNAL_HEADER, MAX_HEADER_BYTES, othersOf, startApp } from '@heartwood/runtime'
import { accessAudit } from './server/access-audit.ts'
import { loadPages } from './server/pages.ts'
import { streamingProxy } from './server/proxy.ts'
import { serveSite } from './server/site.ts'

/** The pages for people: `--dev` compiles them on the fly, else they come from `next build`. */
const dev = process.argv.includes('--dev')
// Next and React read these while they are imported.
Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' })

const app = startApp('web', process.env)
const audit = await auditOf(app)
const { settings } = app
const { HEARTWOOD_HOST: host, HEARTWOOD_WEB_PORT: port } = settings

const others = await othersOf(app, () => import('@heartwood/db/registry'))
const urlsOf = (name: 'query' | 'ingest') => () => others.instances(name).map(({ url }) => url)

const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES })
const pages = await loadPages({ dev, host, port, server })
app.stopping.add('pages', pages.close)

const api = streamingProxy(
  {
    name: 'query',
    urls: urlsOf('query'),
    headers: { [INTERNAL_HEADER]: app.internalToken },
    maxBodyBytes: 1024 * 1024,
  },
  app.log,
)
app.stopping.add('api proxy', api.close)
// Ingest has an address of its own, to which the page's content security policy lets nothing go.
const { token } = app.access
const ingest = streamingProxy(
  {
    name: 'ingest',
    urls: urlsOf('ingest'),
    headers: {
      [INTERNAL_HEADER]: app.internalToken,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    maxBodyBytes: settings.HEARTWOOD_MAX_BODY_MB * 1024 * 1024,
  },
  app.log,
)
app.stopping.add('ingest proxy', ingest.close)

const refusals = repeatTrail(audit, () => performance.now())
app.stopping.add('refusals that are counted', () => refusals[Symbol.asyncDispose]())
server.on(
  'request',
  serveSite({
    app,
    audit: accessAudit(audit, refusals),
    dev,
    api: api.forward,
    ingest: ingest.forward,
    pages: pages.handle,
  }),
)
await new Promise<void>((resolve, reject) => {
  server.once('error', reject)
  server.listen(port, host, resolve)
})
app.stopping.add('http', async () => {
  // Live tails never end by themselves.
  server.closeAllConnections()
  await server[Symbol.asyncDispose]()
})
app.notReady.clear()
await others.register(port)
app.log.info({ host, port }, 'web is ready')
