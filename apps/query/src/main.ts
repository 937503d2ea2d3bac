import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { openSegmentsReader } from '@heartwood/log-store'
import { internalClient, startApp } from '@heartwood/runtime'
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
const now = () => BigInt(Date.now()) * NANOS_PER_MILLI

const indexer = internalClient('indexer', settings.HEARTWOOD_INDEXER_PORT, internalToken)
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

const alerter = internalClient('alerter', settings.HEARTWOOD_ALERTER_PORT, internalToken)
const demo =
  settings.HEARTWOOD_DEMO === 'off'
    ? undefined
    : internalClient('demo', settings.HEARTWOOD_DEMO_PORT, internalToken)
const ingestAddress = `http://${settings.HEARTWOOD_HOST}:${settings.HEARTWOOD_INGEST_PORT}`

const address = () => ingestUrl(settings.HEARTWOOD_DATA_DIR, ingestAddress)
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
  indexer,
  pace: { heartbeatMillis: 5_000, silenceMillis: 15_000, retryMillis: 500 },
  maxTails: 200,
  stopping: app.stopping.signal,
})

const questions = questionService({
  reader,
  indexer,
  alerter,
  demo,
  replays,
  savedSearches,
  system: { ...installation(app), tails: tails.count },
  version: VERSION,
  needsToken: settings.HEARTWOOD_ACCESS_TOKEN !== undefined,
  ingestUrl: address,
  now,
  limits: { questionMillis: 30_000, streamMillis: 60_000, deleteMillis: 600_000 },
})
const http = queryServer(app, { port: settings.HEARTWOOD_QUERY_PORT, questions, tails })
const port = await http.listen()
app.notReady.delete('start')
app.log.info(`listening on 127.0.0.1:${port}`)
