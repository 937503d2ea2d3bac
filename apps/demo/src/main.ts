import { randomInt } from 'node:crypto'
import { localUrl } from '@heartwood/access'
import { auditOf } from '@heartwood/audit/app'
import { httpServer, internalClient, startApp } from '@heartwood/runtime'
import { beginDemo } from './begin.ts'
import { type Demo, openDemo } from './demo.ts'
import { insist } from './insist.ts'
import { queryApp } from './query-app.ts'
import { demoRoutes } from './routes/demo-routes.ts'
import type { DemoState } from './state/demo-state.ts'
import { stateFolder } from './state/state-folder.ts'

const app = startApp('demo', process.env)
const { settings, log, stopping } = app
await auditOf(app)
const now = () => Date.now()
const query = queryApp(internalClient('query', settings.HEARTWOOD_QUERY_PORT, app.internalToken))
const folder = await stateFolder(settings.HEARTWOOD_DATA_DIR)
let demo: Demo | undefined

const http = httpServer(app, { host: '127.0.0.1', port: settings.HEARTWOOD_DEMO_PORT, audience: 'internal' })
demoRoutes(
  http.server,
  () => demo,
  () => void stopping.stop('the demo is over'),
)
const port = await http.listen()
app.notReady.clear()
log.info(`listening on 127.0.0.1:${port}`)

const state = await begunState()
if (state === undefined) {
  await folder.end('there were logs already')
  await stopping.stop('there are logs already, so there is no demo')
} else {
  demo = await openDemo(
    {
      folder,
      query,
      now,
      door: {
        url: localUrl(settings.HEARTWOOD_HOST, settings.HEARTWOOD_INGEST_PORT),
        token: settings.HEARTWOOD_ACCESS_TOKEN,
        onRefused: (reason) => log.warn(reason),
      },
      onFailure: (error) => log.error({ err: error }, 'the demo does not go on'),
    },
    state,
  )
  stopping.add('the demo', () => demo?.close())
  if (state.phase === 'deleting') {
    await insist(demo.delete, stopping.signal, notYet)
    await stopping.stop('the demo is over')
  }
}

/** What was remembered, or a new beginning; waits until query can say whether there is anything yet. */
async function begunState(): Promise<DemoState | undefined> {
  const remembered = await folder.read()
  if (remembered !== undefined) return remembered
  const begin = async () => {
    const begun = await beginDemo(query, { now: now(), seed: randomInt(2 ** 31) }, stopping.signal)
    if (begun !== undefined) await folder.write(begun)
    return begun
  }
  return insist(begin, stopping.signal, notYet)
}

/** All apps start at once. */
function notYet(error: unknown): void {
  log.debug({ err: error }, 'query or indexer does not answer yet')
}
