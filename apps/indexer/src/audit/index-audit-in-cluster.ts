import { auditPrefix } from '@heartwood/audit'
import { acceptMessage } from '@heartwood/doors'
import type { Nanos } from '@heartwood/event'
import { elasticsearchAddress, openElasticsearchWriter } from '@heartwood/log-store/elasticsearch'
import { PLAIN_STEPS } from '@heartwood/pipeline'
import { kafkaAddress, kafkaTopics, openKafkaGroupConsumer } from '@heartwood/queue/kafka'
import type { App } from '@heartwood/runtime'
import { Registry } from 'prom-client'
import { type ClusterIndexer, startClusterIndexer } from '../cluster/cluster-indexer.ts'
import { untilReachable } from '../cluster/until-reachable.ts'

const GROUP = 'heartwood-audit'
const MIB = 1 << 20

/** This indexer's share of the topic of audit events, into indices of their own that nothing deletes from but their retention. */
export async function indexAuditInCluster(app: App, now: () => Nanos): Promise<ClusterIndexer> {
  const { settings, log } = app
  const writer = openElasticsearchWriter({
    address: elasticsearchAddress(settings),
    prefix: auditPrefix(settings.HEARTWOOD_INDEX_PREFIX),
    // A year of few events would be hundreds of indices.
    period: 'month',
    shards: 1,
    replicas: settings.HEARTWOOD_INDEX_REPLICAS,
    retentionDays: settings.HEARTWOOD_AUDIT_RETENTION_DAYS,
    queueRetentionHours: settings.HEARTWOOD_KAFKA_RETENTION_HOURS,
    keepDeadLetters: settings.HEARTWOOD_DEAD_LETTERS,
    now,
  })
  app.stopping.add('the audit store', () => writer.close())
  const consumer = await untilReachable(app, () =>
    openKafkaGroupConsumer({
      address: kafkaAddress(settings, 'indexer'),
      plan: kafkaTopics(settings).audit,
      group: `${settings.HEARTWOOD_TOPIC_PREFIX}${GROUP}`,
      maxBytes: MIB,
      bufferBytes: 4 * MIB,
      // Other programs may put audit events of their own into the topic.
      accept: (message) => acceptMessage(message, Date.now()),
      log: ({ level, message }) => log[level](message),
    }),
  )
  const indexer = startClusterIndexer({
    consumer,
    writer,
    steps: PLAIN_STEPS,
    // What went wrong stands in the audit store; the topic of errors is about the logs.
    errors: { write: async () => undefined },
    log,
    now,
    // Its figures have the names of those of the logs.
    metrics: new Registry(),
    notReady: new Map(),
  })
  app.stopping.add('indexing of audit events', () => indexer.stop())
  indexer.done.catch((error: unknown) => {
    log.fatal({ err: error }, 'the indexing of audit events ended')
    void app.stopping.stop('the indexing of audit events ended', 1)
  })
  return indexer
}
