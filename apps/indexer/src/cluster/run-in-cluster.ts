import type { Dataset } from '@heartwood/api'
import { acceptMessage } from '@heartwood/doors'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { elasticsearchAddress, openElasticsearchWriter } from '@heartwood/log-store/elasticsearch'
import {
  kafkaAddress,
  kafkaTopics,
  openKafkaGroupConsumer,
  openKafkaTopicWriter,
} from '@heartwood/queue/kafka'
import { type App, registrationOf } from '@heartwood/runtime'
import { archivePlace } from '@heartwood/settings'
import { indexAuditInCluster } from '../audit/index-audit-in-cluster.ts'
import type { TailHub } from '../tails/tail-hub.ts'
import { startClusterIndexer } from './cluster-indexer.ts'
import { storeMetrics } from './cluster-metrics.ts'
import { clusterServer } from './cluster-server.ts'
import { untilReachable } from './until-reachable.ts'

/** The group that divides the topic among the indexers; who reads it besides has another name. */
const GROUP = 'heartwood-indexer'
/** Bodies of one `handle`; what is fetched ahead for all partitions of this process. */
const HANDLE_BYTES = 2 << 20
const BUFFER_BYTES = 32 << 20

/** A hundred years. */
const NEVER_DAYS = 36_500

/** One of a cluster's indexers: it takes its share of the topic, and writes to Elasticsearch beside the others. */
export async function runInCluster(app: App): Promise<void> {
  const { settings } = app
  const now = () => BigInt(Date.now()) * NANOS_PER_MILLI
  const registration = await registrationOf(app, () => import('@heartwood/db/registry'))

  const metrics = storeMetrics(app.metrics)
  const writer = openElasticsearchWriter({
    address: elasticsearchAddress(settings),
    prefix: settings.HEARTWOOD_INDEX_PREFIX,
    shards: settings.HEARTWOOD_INDEX_SHARDS,
    replicas: settings.HEARTWOOD_INDEX_REPLICAS,
    // With an archive, days leave Elasticsearch when the archive answers them: the archiver sees to it.
    retentionDays: archivePlace(settings) === undefined ? settings.HEARTWOOD_RETENTION_DAYS : NEVER_DAYS,
    queueRetentionHours: settings.HEARTWOOD_KAFKA_RETENTION_HOURS,
    keepDeadLetters: settings.HEARTWOOD_DEAD_LETTERS,
    keepDeadLetterBytes: settings.HEARTWOOD_DEAD_LETTERS_MB * 1e6,
    now,
    observer: metrics,
  })
  app.stopping.add('the store', () => writer.close())

  const address = kafkaAddress(settings, 'indexer')
  const topics = kafkaTopics(settings)
  const log = ({ level, message }: { readonly level: 'warn' | 'error'; readonly message: string }) =>
    app.log[level](message)
  const errors = openKafkaTopicWriter({
    address,
    plan: topics.errors,
    log,
    leftOut(bytes) {
      metrics.errorLeftOut()
      app.log.error(
        `an error event of ${bytes} bytes is stored, and left out of ${topics.errors.topic}, which takes less`,
      )
    },
  })
  app.stopping.add('the topic of errors', () => errors.close())
  const consumer = await untilReachable(app, () =>
    openKafkaGroupConsumer({
      address,
      plan: topics.raw,
      group: `${settings.HEARTWOOD_TOPIC_PREFIX}${GROUP}`,
      maxBytes: HANDLE_BYTES,
      bufferBytes: BUFFER_BYTES,
      accept: (message) => acceptMessage(message, Date.now()),
      log,
    }),
  )
  const indexer = startClusterIndexer({
    consumer,
    writer,
    errors,
    log: app.log,
    now,
    metrics: app.metrics,
    notReady: app.notReady,
  })
  app.stopping.add('indexing', () => indexer.stop())
  indexer.done.catch((error: unknown) => {
    app.log.fatal({ err: error }, 'indexing ended')
    void app.stopping.stop('indexing ended', 1)
  })

  const tails = new Map<Dataset, TailHub>([['logs', indexer.tails]])
  const http = clusterServer(app, { indexer, tails, writer, now })
  const port = await http.listen()
  app.notReady.delete('start')
  await registration.register(port)
  app.log.info(
    `listening on ${settings.HEARTWOOD_INTERNAL_HOST}:${port}, takes its share of ${consumer.partitions} partitions`,
  )
  const audit = await indexAuditInCluster(app, now)
  tails.set('audit', audit.tails)
}
