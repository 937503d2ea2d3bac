import { createServer } from 'node:http'
import { startApp } from '@heartwood/runtime'
import { loadPages } from './server/pages.ts'
import { apiProxy } from './server/proxy.ts'
import { serveSite } from './server/site.ts'

/** The pages for people: `--dev` compiles them on the fly, else they come from `next build`. */
const dev = process.argv.includes('--dev')
// Next and React read these while they are imported.
Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' })

const app = startApp('web', process.env)
const { HEARTWOOD_HOST: host, HEARTWOOD_WEB_PORT: port, HEARTWOOD_QUERY_PORT: queryPort } = app.settings

const server = createServer({ maxHeaderSize: 64 * 1024 })
const pages = await loadPages({ dev, host, port, server })
app.stopping.add('pages', pages.close)

const api = apiProxy({ port: queryPort, internalToken: app.internalToken, log: app.log })
app.stopping.add('api proxy', api.close)

server.on('request', serveSite({ app, dev, api: api.forward, pages: pages.handle }))
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
app.log.info({ host, port }, 'web is ready')
