import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { openSegmentsReader } from '@heartwood/log-store'
import { othersOf, startApp } from '@heartwood/runtime'
import { modeOf } from '@heartwood/settings'
import { replayClient } from './dead-letters/replay-client.ts'
import { Replays } from './dead-letters/replays.ts'
import { damagedIndexCounter } from './metrics.ts'
import { VERSION } from './openapi-document.ts'
import { followIndexer } from './priority/follow-indexer.ts'
import { queryServer } from './query-server.ts'
import { questionService } from './questions/question-service.ts'
import { ingestUrl } from './questions/surroundings.ts'
import { savedSearchesOf } from './saved-searches/repository.ts'
import { savedSearchQuestions } from './saved-searches/saved-searches.ts'
import { installation } from './system/installation.ts'
import { tailService } from './tail/tail-service.ts'

const app = startApp('query', process.env)
const { settings, internalToken } = app
const isCluster = modeOf(settings) === 'cluster'
const now = () => BigInt(Date.now()) * NANOS_PER_MILLI

const others = await othersOf(app, () => import('@heartwood/db/registry'))
const indexer = others.any('indexer')
const following = followIndexer(indexer, () => performance.now())
app.stopping.add('following the indexer', async () => following[Symbol.dispose]())

const damagedIndexes = damagedIndexCounter(app.metrics)
const reader = await openSegmentsReader({
  dir: join(settings.HEARTWOOD_DATA_DIR, 'store'),
  tempDirectory: join(settings.HEARTWOOD_DATA_DIR, 'tmp', 'query'),
  atOnce: () => following.atOnce(),
  now,
  onLost(error) {
    app.log.fatal({ err: error }, 'DuckDB failed for good')
    void app.stopping.stop('DuckDB failed for good', 1)
  },
  onDamagedIndex(file, error) {
    damagedIndexes.inc()
    app.log.warn({ err: error, file }, 'the index of a segment is damaged: it is read without')
  },
})
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
const http = queryServer(app, { port: settings.HEARTWOOD_QUERY_PORT, questions, tails })
const port = await http.listen()
app.notReady.delete('start')
await others.register(port)
app.log.info(`listening on ${settings.HEARTWOOD_INTERNAL_HOST}:${port}`)
