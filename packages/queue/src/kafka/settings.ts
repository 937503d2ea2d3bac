import type { KafkaAddress, KafkaLogin } from './client.ts'
import type { TopicPlan } from './topics.ts'

/** What the settings of the product say of Kafka. */
export interface KafkaSettings {
  readonly KAFKA_BROKERS?: string | undefined
  readonly KAFKA_TLS: 'on' | 'off'
  readonly KAFKA_SASL: KafkaLogin['mechanism']
  readonly KAFKA_USERNAME?: string | undefined
  readonly KAFKA_PASSWORD?: string | undefined
  readonly HEARTWOOD_TOPIC_PREFIX: string
  readonly HEARTWOOD_KAFKA_PARTITIONS: number
  readonly HEARTWOOD_KAFKA_REPLICATION: number
  readonly HEARTWOOD_KAFKA_RETENTION_HOURS: number
  readonly HEARTWOOD_MAX_BODY_MB: number
}

const MIB = 1 << 20
const HOUR_MILLIS = 3_600_000

/** Where Kafka is for an app of the product. */
export function kafkaAddress(settings: KafkaSettings, app: string): KafkaAddress {
  const { KAFKA_BROKERS: brokers = '', KAFKA_USERNAME: username } = settings
  return {
    brokers: brokers.split(',').flatMap((broker) => broker.trim() || []),
    tls: settings.KAFKA_TLS === 'on',
    login:
      username === undefined
        ? undefined
        : { mechanism: settings.KAFKA_SASL, username, password: settings.KAFKA_PASSWORD ?? '' },
    clientId: `heartwood-${app}`,
  }
}

/** The topics of the product: everything that arrives, events of level error and above, and who did what. */
export interface KafkaTopics {
  readonly raw: TopicPlan
  readonly errors: TopicPlan
  readonly audit: TopicPlan
}

export function kafkaTopics(settings: KafkaSettings): KafkaTopics {
  const plan = (name: string): TopicPlan => ({
    topic: `${settings.HEARTWOOD_TOPIC_PREFIX}${name}`,
    partitions: settings.HEARTWOOD_KAFKA_PARTITIONS,
    replication: settings.HEARTWOOD_KAFKA_REPLICATION,
    retentionMillis: settings.HEARTWOOD_KAFKA_RETENTION_HOURS * HOUR_MILLIS,
    // The largest body in one message, with its header.
    maxMessageBytes: (settings.HEARTWOOD_MAX_BODY_MB + 1) * MIB,
  })
  return { raw: plan('raw'), errors: plan('errors'), audit: plan('audit') }
}
