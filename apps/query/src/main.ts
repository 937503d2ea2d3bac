import { randomUUID } from 'node:crypto'
import { auditOf } from '@heartwood/audit/app'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { othersOf, startApp } from '@heartwood/runtime'
import { archivePlace, modeOf } from '@heartwood/settings'
import { replayClient } from './dead-letters/replay-client.ts'
import { Replays } from './dead-letters/replays.ts'
import { VERSION } from './openapi-document.ts'
import { queryServer } from './query-server.ts'
import { questionService } from './questions/question-service.ts'
import { ingestUrl } from './questions/surroundings.ts'
import { savedSearchesOf } from './saved-searches/repository.ts'
import { savedSearchQuestions } from './saved-searches/saved-searches.ts'
import { auditStore } from './store/audit.ts'
import { installation } from './system/installation.ts'
import { tailService } from './tail/tail-service.ts'

const app = startApp('query', process.env)
const audit = await auditOf(app)
const { settings, internalToken } = app
const isCluster = modeOf(settings) === 'cluster'
const now = () => BigInt(Date.now()) * NANOS_PER_MILLI

const others = await othersOf(app, () => import('@heartwood/db/registry'))
const indexer = others.any('indexer')
// Each loads only what it needs: standalone no client of Elasticsearch, a cluster without an archive no DuckDB.
const reader = isCluster
  ? await (await import('./store/cluster.ts')).openClusterStore(app)
  : await (await import('./store/segments.ts')).openSegmentsStore(app, indexer)
app.stopping.add('the store', () => reader.close())

// A cluster has no demo: its shop would write into what others keep for real.
const demo = isCluster || settings.HEARTWOOD_DEMO === 'off' ? undefined : others.any('demo')
const ingestAddress = `http://${settings.HEARTWOOD_HOST}:${settings.HEARTWOOD_INGEST_PORT}`

const address = async () =>
  isCluster
    ? (others.instances('ingest')[0]?.url ?? ingestAddress)
    : ingestUrl(settings.HEARTWOOD_DATA_DIR, ingestAddress)
const replays = new Replays({
  reader,
  send: replayClient({ address, internalToken, accessToken: settings.HEARTWOOD_ACCESS_TOKEN }),
  newId: randomUUID,
  stopping: app.stopping.signal,
})
const savedSearches = savedSearchQuestions({
  repository: savedSearchesOf(settings.DATABASE_URL, app.stopping),
  // Whoever has come in is the one owner there is.
  owner: 'owner',
  newId: randomUUID,
  now: Date.now,
})
const tails = tailService({
  indexers: () => others.instances('indexer'),
  mayRepeat: isCluster,
  pace: { heartbeatMillis: 5_000, silenceMillis: 15_000, retryMillis: 500, lookMillis: 500 },
  maxTails: 200,
  stopping: app.stopping.signal,
})

const questions = questionService({
  reader,
  archiver: isCluster && archivePlace(settings) !== undefined ? others.any('archiver') : undefined,
  auditReader: auditStore(app),
  indexer,
  indexers: () => others.instances('indexer').map(({ client }) => client),
  alerter: others.any('alerter'),
  demo,
  replays,
  savedSearches,
  system: { ...installation(app, others), tails: tails.count },
  version: VERSION,
  needsToken: settings.HEARTWOOD_ACCESS_TOKEN !== undefined,
  ingestUrl: address,
  now,
  limits: { questionMillis: 30_000, streamMillis: 60_000, deleteMillis: 600_000 },
})
const http = queryServer(app, { port: settings.HEARTWOOD_QUERY_PORT, questions, tails, audit })
const port = await http.listen()
app.notReady.delete('start')
await others.register(port)
app.log.info(`listening on ${settings.HEARTWOOD_INTERNAL_HOST}:${port}`)
