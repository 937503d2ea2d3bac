import type { Settings } from './settings.ts'

/** Standalone: queue and store are files of one machine. Cluster: they are Kafka and Elasticsearch, and each app may run many times. */
export type Mode = 'standalone' | 'cluster'

type Servers = Pick<Settings, 'KAFKA_BROKERS' | 'ELASTICSEARCH_URL'>

export function modeOf({ KAFKA_BROKERS, ELASTICSEARCH_URL }: Servers): Mode {
  return KAFKA_BROKERS !== undefined && ELASTICSEARCH_URL !== undefined ? 'cluster' : 'standalone'
}

/** Why the two settings do not go together, one sentence; undefined where they do. */
export function halfCluster({ KAFKA_BROKERS, ELASTICSEARCH_URL }: Servers): string | undefined {
  if ((KAFKA_BROKERS === undefined) === (ELASTICSEARCH_URL === undefined)) return undefined
  const [set, missing] =
    KAFKA_BROKERS === undefined
      ? ['ELASTICSEARCH_URL', 'KAFKA_BROKERS']
      : ['KAFKA_BROKERS', 'ELASTICSEARCH_URL']
  return `${set} is set and ${missing} is not: a cluster needs both, and without both Heartwood keeps everything in files.`
}
