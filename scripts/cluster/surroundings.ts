import { s3Settings } from '../stack/s3.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the archive of a cluster on one machine is kept. */
export type ClusterArchive =
  | { readonly kind: 's3'; readonly endpoint: string }
  | { readonly kind: 'folder'; readonly path: string }

export interface ClusterServers {
  readonly kafka: string
  readonly elasticsearch: string
  /** Undefined where the environment says it. */
  readonly archive?: ClusterArchive | undefined
  readonly dataFolder: string
}

/** What a cluster on one machine needs to be told besides; what the environment says already stays. */
export function clusterEnvironment(env: Environment, servers: ClusterServers): Record<string, string> {
  const told = {
    HEARTWOOD_DATA_DIR: servers.dataFolder,
    KAFKA_BROKERS: servers.kafka,
    ELASTICSEARCH_URL: servers.elasticsearch,
    // One broker of our own holds no copies, and a hundred partitions are many for one machine.
    ...(!env.KAFKA_BROKERS && { HEARTWOOD_KAFKA_REPLICATION: '1', HEARTWOOD_KAFKA_PARTITIONS: '12' }),
    // Nor does one node.
    ...(!env.ELASTICSEARCH_URL && { HEARTWOOD_INDEX_REPLICAS: '0' }),
    ...(servers.archive !== undefined && archiveEnvironment(servers.archive)),
  }
  return Object.fromEntries(Object.entries(told).filter(([name]) => !env[name]))
}

function archiveEnvironment(archive: ClusterArchive): Record<string, string> {
  switch (archive.kind) {
    case 'folder':
      return { HEARTWOOD_ARCHIVE: archive.path }
    case 's3':
      return s3Settings(archive.endpoint)
  }
}
