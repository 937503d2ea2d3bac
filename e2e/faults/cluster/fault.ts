import { setTimeout as delay } from 'node:timers/promises'
import { reddenIndices } from '../../../packages/log-store/test/elasticsearch/red-indices.ts'
import type { Load } from '../load.ts'
import type { AppProcess, ClusterApp } from './app-processes.ts'
import type { Cluster } from './cluster.ts'
import type { UploadFate } from './s3-proxy.ts'
import type { SpoilingProxy } from './spoiling-proxy.ts'
import { storedIds } from './stored-ids.ts'

/** What can go wrong in a round. */
export const CLUSTER_FAULTS = [
  'kill the broker',
  'kill Elasticsearch',
  'kill PostgreSQL',
  'kill the S3 server',
  'kill an ingest',
  'kill an indexer',
  'kill both indexers',
  'kill an archiver',
  'kill both archivers',
  'kill a query',
  'kill an alerter',
  'kill a web',
  'freeze an indexer',
  'freeze an archiver',
  'an indexer joins and leaves',
  'roll all apps',
  'lose produce answers',
  'lose bulk answers',
  'cut the connections to Kafka',
  'cut bulk requests',
  'answer 429',
  'break uploads half-way',
  'lose answers to uploads',
  'red indices',
  'a burst',
] as const
export type ClusterFault = (typeof CLUSTER_FAULTS)[number]

export interface FaultTimes {
  /** Of an indexer or an archiver that stands still; its session is 30 s. */
  readonly freezeMillis: number
  readonly tooManyMillis: number
  /** In which no shard of what is stored is anywhere. */
  readonly redMillis: number
  readonly burstMillis: number
}

/** As many as send ten times what comes anyway, since they do not pause. */
export const BURST_SENDERS = 12

/** So many are spoiled at most: more than a call tries, so that some are given up. */
const SPOILED_UPLOADS = 12

/** Does it, under load, and leaves everything running again. */
export async function breakIt(
  cluster: Cluster,
  load: Load,
  fault: ClusterFault,
  random: () => number,
  times: FaultTimes,
): Promise<void> {
  const { servers } = cluster
  const oneOf = (app: ClusterApp): AppProcess => pick(cluster.of(app), random)
  const moment = () => delay(200 + random() * 2_000)
  await delay(random() * 500)
  switch (fault) {
    case 'kill the broker':
      await servers.kafka.kill()
      await moment()
      return servers.kafka.start()
    case 'kill Elasticsearch':
      await servers.elasticsearch.kill()
      await moment()
      return servers.elasticsearch.start()
    case 'kill PostgreSQL':
      return servers.killPostgres(random() * 3_000)
    case 'kill the S3 server':
      await servers.s3?.kill()
      await moment()
      await servers.s3?.start()
      return
    case 'kill an ingest':
      return killed(oneOf('ingest'), moment)
    case 'kill an indexer':
      return killed(oneOf('indexer'), moment)
    case 'kill both indexers':
      await Promise.all(cluster.of('indexer').map((one) => killed(one, moment)))
      return
    case 'kill an archiver':
      return killed(oneOf('archiver'), moment)
    case 'kill both archivers':
      await Promise.all(cluster.of('archiver').map((one) => killed(one, moment)))
      return
    case 'kill a query':
      return killed(oneOf('query'), moment)
    case 'kill an alerter':
      return killed(oneOf('alerter'), moment)
    case 'kill a web':
      return killed(oneOf('web'), moment)
    case 'freeze an indexer':
      return frozen(oneOf('indexer'), times.freezeMillis)
    case 'freeze an archiver':
      return frozen(oneOf('archiver'), times.freezeMillis)
    case 'an indexer joins and leaves':
      return joinsAndLeaves(cluster, moment)
    case 'roll all apps':
      return rolled(cluster)
    case 'lose produce answers':
      return servers.kafkaProxy.loseAnswers(1 + Math.floor(random() * 3), random() < 0.5 ? 'cut' : 'silence')
    case 'lose bulk answers':
      return spoiled(servers.elasticsearchProxy, 'lose answers', 1, moment)
    case 'cut the connections to Kafka':
      servers.kafkaProxy.cut()
      await moment()
      return servers.kafkaProxy.mend()
    case 'cut bulk requests':
      return spoiled(servers.elasticsearchProxy, 'cut', 1, moment)
    case 'answer 429':
      return spoiled(servers.elasticsearchProxy, 'too many', 1, () => delay(times.tooManyMillis))
    case 'break uploads half-way':
      return spoiled(uploads(cluster), 'break half-way', 1 + Math.floor(random() * SPOILED_UPLOADS), moment)
    case 'lose answers to uploads':
      return spoiled(uploads(cluster), 'lose answers', 1 + Math.floor(random() * SPOILED_UPLOADS), moment)
    case 'red indices':
      return reddened(cluster, times.redMillis)
    case 'a burst':
      return load.burst(BURST_SENDERS, times.burstMillis)
  }
}

function pick<T>(from: readonly T[], random: () => number): T {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new Error('there is none')
  return one
}

async function killed(app: AppProcess, moment: () => Promise<unknown>): Promise<void> {
  await app.kill()
  await moment()
  await app.start()
}

/** What it holds in its hands when it stands still, it goes on with when another has had its partitions for long. */
async function frozen(app: AppProcess, millis: number): Promise<void> {
  app.signal('SIGSTOP')
  try {
    await delay(millis)
  } finally {
    app.signal('SIGCONT')
  }
}

async function joinsAndLeaves(cluster: Cluster, moment: () => Promise<unknown>): Promise<void> {
  await using third = await cluster.another('indexer')
  await moment()
  if ((await third.stop()) !== 0)
    throw new Error(`a third indexer did not leave in order:\n${third.output()}`)
}

/** One process after the other, each in order, as an upgrade does it. */
async function rolled(cluster: Cluster): Promise<void> {
  for (const app of cluster.apps) {
    const code = await app.stop()
    if (code !== 0) throw new Error(`${app.place.instance} stopped with ${code}:\n${app.output()}`)
    await app.start()
  }
}

/** Until so many requests were, at least one, since a fault that nothing meets is none. */
async function spoiled<Fate extends string>(
  proxy: SpoilingProxy<Fate>,
  fate: Fate,
  requests: number,
  moment: () => Promise<unknown>,
): Promise<void> {
  const enough = proxy.spoiled + requests
  const deadline = Date.now() + 120_000
  proxy.fate = fate
  try {
    await moment()
    while (proxy.spoiled < enough) {
      if (Date.now() > deadline) throw new Error(`no request came for 120 s that could have met: ${fate}`)
      await delay(20)
    }
  } finally {
    proxy.fate = 'pass'
  }
}

function uploads({ servers }: Cluster): SpoilingProxy<UploadFate> {
  if (servers.s3Proxy === undefined) throw new Error('there is no archive to upload to')
  return servers.s3Proxy
}

/** Those of the logs, which are made with the first of them, and those of receipts, dead letters and deletes. */
async function reddened({ servers }: Cluster, millis: number): Promise<void> {
  const { address } = servers.elasticsearch
  await using stored = storedIds(address, 'logs-*')
  const deadline = Date.now() + 120_000
  while ((await stored.count()) === 0) {
    if (Date.now() > deadline) throw new Error('nothing was stored for 120 s')
    await delay(100)
  }
  await using _red = await reddenIndices(address, 'logs-*,heartwood-*')
  await delay(millis)
}
