import { z } from 'zod'
import { halfArchive } from './archive.ts'
import { endpointUrl } from './endpoint-url.ts'
import { halfCluster } from './mode.ts'
import { nodeUrls } from './node-urls.ts'

/**
 * Every setting of the product: its variable, meaning, default and example. A flag of the same name exists on
 * `heartwood start` (HEARTWOOD_DATA_DIR is --data-dir). docs/configuration.md is made from this table.
 */
export const SETTINGS = {
  HEARTWOOD_DATA_DIR: {
    about: 'Folder that holds everything: queue, segments, PostgreSQL, rules.',
    schema: z.string().min(1).default('./data'),
    example: '/var/lib/heartwood',
  },
  HEARTWOOD_WEB_PORT: {
    about: 'Port of the page and the REST API. If the default is taken, the next free one is used.',
    schema: port(3000),
    example: '8080',
  },
  HEARTWOOD_INGEST_PORT: {
    about: 'Port that logs are sent to. If the default is taken, the next free one is used.',
    schema: port(4318),
    example: '9200',
  },
  HEARTWOOD_QUERY_PORT: {
    about: 'Loopback port of the query app (health, metrics; the page proxies to it).',
    schema: port(4321),
    example: '4321',
  },
  HEARTWOOD_INDEXER_PORT: {
    about: 'Loopback port of the indexer (health, metrics).',
    schema: port(4322),
    example: '4322',
  },
  HEARTWOOD_ALERTER_PORT: {
    about: 'Loopback port of the alerter (health, metrics).',
    schema: port(4323),
    example: '4323',
  },
  HEARTWOOD_DEMO_PORT: {
    about: 'Loopback port of the demo (health, metrics), while there is one.',
    schema: port(4325),
    example: '4325',
  },
  HEARTWOOD_ARCHIVER_PORT: {
    about: 'Loopback port of the archiver of a cluster (health, metrics), while there is an archive.',
    schema: port(4326),
    example: '4326',
  },
  HEARTWOOD_POSTGRES_PORT: {
    about: 'Loopback port of the PostgreSQL that comes along.',
    schema: port(4324),
    example: '5433',
  },
  HEARTWOOD_HOST: {
    about:
      'Address the page and the ingest port listen on. Anything but loopback needs HEARTWOOD_ACCESS_TOKEN.',
    schema: z.string().min(1).default('127.0.0.1'),
    example: '0.0.0.0',
  },
  HEARTWOOD_ALLOWED_HOSTS: {
    about:
      'More host names that may stand in the Host header, separated by commas (a reverse proxy in front).',
    schema: z.string().default(''),
    example: 'logs.example.com',
  },
  HEARTWOOD_ACCESS_TOKEN: {
    about: 'One token, 32 characters or more, for API, ingest (Authorization: Bearer) and the sign-in form.',
    schema: z.string().min(32, 'needs at least 32 characters').optional(),
    example: '$(openssl rand -hex 32)',
    secret: true,
  },
  HEARTWOOD_RETENTION_DAYS: {
    about: 'Days after which logs go, by event time and receipt time.',
    schema: z.coerce.number().int().min(1).max(36_500).default(30),
    example: '7',
  },
  HEARTWOOD_AUDIT_RETENTION_DAYS: {
    about: 'Days after which audit events go. They are kept apart from logs.',
    schema: z.coerce.number().int().min(1).max(36_500).default(365),
    example: '730',
  },
  HEARTWOOD_AUDIT_MAX_DISK_GB: {
    about: 'Disk that audit events may take standalone, in GB (10^9 bytes); the oldest go first.',
    schema: z.coerce.number().min(0.01).default(2),
    example: '10',
  },
  HEARTWOOD_MAX_DISK_GB: {
    about:
      'Disk the logs may take, in GB (10^9 bytes); the oldest go first. What waits to be stored may take a tenth of it besides.',
    schema: z.coerce.number().min(0.01).default(10),
    example: '200',
  },
  HEARTWOOD_DEAD_LETTERS: {
    about: 'Dead letters that are kept, for as long as logs are; the oldest go first.',
    schema: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
    example: '50000',
  },
  HEARTWOOD_DEAD_LETTERS_MB: {
    about: 'Disk that dead letters may take, in MB (10^6 bytes), with what is kept to replay them.',
    schema: z.coerce.number().int().min(1).max(10_000).default(100),
    example: '500',
  },
  HEARTWOOD_MAX_BODY_MB: {
    about: 'Largest body of one request after inflating, in MiB.',
    schema: z.coerce.number().int().min(1).max(512).default(64),
    example: '128',
  },
  HEARTWOOD_ALERT_RULES: {
    about:
      'YAML file with the alert rules. Made with two examples if it does not exist. Every alerter of a cluster needs the same.',
    schema: z.string().optional(),
    example: '/etc/heartwood/alerts.yaml',
    fallback: 'DATA_DIR/alerts.yaml',
  },
  HEARTWOOD_INDEXER_THREADS: {
    about: "Threads that make logs searchable; no more than the queue's partitions are used.",
    schema: z.coerce.number().int().min(1).max(64).optional(),
    example: '2',
    fallback: 'cores of the machine, at most 4',
  },
  HEARTWOOD_DEMO: {
    about:
      'Whether a simulated shop writes logs (environment:demo) into a store that is empty at the first start, until the demo is deleted.',
    schema: z.enum(['on', 'off']).default('on'),
    example: 'off',
  },
  HEARTWOOD_LOG_FORMAT: {
    about:
      "How the lines of Heartwood's own apps are printed: for people, or as JSON that Heartwood itself can take in (service heartwood-ingest, heartwood-query...).",
    schema: z.enum(['text', 'json']).default('text'),
    example: 'json',
  },
  HEARTWOOD_LOG_LEVEL: {
    about: "How much Heartwood's own apps log.",
    schema: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    example: 'debug',
  },
  KAFKA_BROKERS: {
    about: 'Kafka brokers, separated by commas. With ELASTICSEARCH_URL it makes this a cluster.',
    schema: z.string().min(1).optional(),
    example: 'kafka-1.example.com:9092,kafka-2.example.com:9092',
  },
  KAFKA_TLS: {
    about: 'Whether Kafka is spoken to over TLS.',
    schema: z.enum(['on', 'off']).default('off'),
    example: 'on',
  },
  KAFKA_SASL: {
    about: 'How KAFKA_USERNAME and KAFKA_PASSWORD are shown to Kafka.',
    schema: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('plain'),
    example: 'scram-sha-512',
  },
  KAFKA_USERNAME: {
    about: 'Name to sign in to Kafka with; without one nobody signs in.',
    schema: z.string().min(1).optional(),
    example: 'heartwood',
  },
  KAFKA_PASSWORD: {
    about: 'Password of KAFKA_USERNAME.',
    schema: z.string().optional(),
    example: '$(cat /run/secrets/kafka)',
    secret: true,
  },
  HEARTWOOD_TOPIC_PREFIX: {
    about: 'What the names of the topics begin with: logs-raw, logs-errors, logs-audit.',
    schema: z
      .string()
      .regex(/^[A-Za-z0-9._-]{0,200}$/, 'may have letters, digits and any of . _ -')
      .default('logs-'),
    example: 'staging-logs-',
  },
  HEARTWOOD_KAFKA_PARTITIONS: {
    about: 'Partitions of a topic that Heartwood makes; no more indexers than that share the work.',
    schema: z.coerce.number().int().min(1).max(4_096).default(100),
    example: '24',
  },
  HEARTWOOD_KAFKA_REPLICATION: {
    about:
      'How many brokers keep a topic that Heartwood makes. From 3 on, two of them must have what is acknowledged.',
    schema: z.coerce.number().int().min(1).max(9).default(3),
    example: '1',
  },
  HEARTWOOD_KAFKA_RETENTION_HOURS: {
    about: 'Hours after which a topic that Heartwood makes drops what is in it.',
    schema: z.coerce.number().int().min(1).max(8_784).default(24),
    example: '72',
  },
  HEARTWOOD_SPOOL_MB: {
    about:
      'Disk that each ingest may take for what arrives while Kafka is away, in MiB. Beyond it, 503. The bodies among it that Kafka then refuses for their size may take as much again.',
    schema: z.coerce.number().int().min(16).max(1_000_000).default(1_024),
    example: '20000',
  },
  ELASTICSEARCH_URL: {
    about: 'Elasticsearch, its nodes separated by commas. With KAFKA_BROKERS it makes this a cluster.',
    schema: nodeUrls('ELASTICSEARCH_USERNAME').optional(),
    example: 'https://elasticsearch.example.com:9200',
  },
  ELASTICSEARCH_API_KEY: {
    about: 'API key for Elasticsearch, encoded as Elasticsearch gives it.',
    schema: z.string().min(1).optional(),
    example: '$(cat /run/secrets/elasticsearch)',
    secret: true,
  },
  ELASTICSEARCH_USERNAME: {
    about: 'Name to sign in to Elasticsearch with, where there is no API key.',
    schema: z.string().min(1).optional(),
    example: 'heartwood',
  },
  ELASTICSEARCH_PASSWORD: {
    about: 'Password of ELASTICSEARCH_USERNAME.',
    schema: z.string().optional(),
    example: '$(cat /run/secrets/elasticsearch)',
    secret: true,
  },
  HEARTWOOD_INDEX_PREFIX: {
    about: 'What the names of the indices with logs begin with: logs-2026.11.26.',
    schema: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9_.-]{0,100}-$/,
        'may have small letters, digits and any of _ . - and ends with -',
      )
      .default('logs-'),
    example: 'staging-logs-',
  },
  HEARTWOOD_INDEX_SHARDS: {
    about: 'Shards of each index that is made from now on, one index a day.',
    schema: z.coerce.number().int().min(1).max(1_024).default(1),
    example: '6',
  },
  HEARTWOOD_INDEX_REPLICAS: {
    about: 'Copies of each shard beside the first, of indices that are made from now on.',
    schema: z.coerce.number().int().min(0).max(10).default(1),
    example: '0',
  },
  HEARTWOOD_ARCHIVE: {
    about:
      'Where old logs are kept: off, s3 (then S3_BUCKET says where), or a folder that all machines see (an absolute path, or one that begins with a dot).',
    schema: z
      .string()
      .regex(/^(off|s3|[./].*)$/, 'must be off, s3, or a folder that begins with / or .')
      .default('off'),
    example: 's3',
  },
  S3_BUCKET: {
    about: 'Bucket of the archive. It has to be there already.',
    schema: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
      .optional(),
    example: 'example-logs',
  },
  S3_PREFIX: {
    about: 'What the keys of all objects of the archive begin with; ends with a slash, or is empty.',
    schema: z
      .string()
      .regex(/^([A-Za-z0-9._-]+\/)*$/, 'may have letters, digits and any of . _ - / and ends with /')
      .max(200)
      .default('heartwood/'),
    example: 'production/heartwood/',
  },
  S3_REGION: {
    about: 'Region of the bucket.',
    schema: z.string().min(1).default('us-east-1'),
    example: 'eu-central-1',
  },
  S3_ENDPOINT: {
    about:
      "Address of an S3 server that is not Amazon's. Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a web identity or the instance.",
    schema: endpointUrl().optional(),
    example: 'https://s3.example.com',
  },
  S3_PATH_STYLE: {
    about: 'Whether the bucket stands in the path of an address, not in the name of the host.',
    schema: z.enum(['on', 'off']).optional(),
    example: 'off',
    fallback: 'on with S3_ENDPOINT, else off',
  },
  HEARTWOOD_HOT_DAYS: {
    about:
      'With an archive: days, counted from today, that the store for recent logs answers. Older ones are answered from the archive and removed here.',
    schema: z.coerce.number().int().min(1).max(36_500).default(30),
    example: '7',
  },
  HEARTWOOD_COLD_DAYS: {
    about: 'With an archive: days after which logs go from it, by event time and receipt time.',
    schema: z.coerce.number().int().min(1).max(36_500).default(365),
    example: '1825',
  },
  HEARTWOOD_COLD_CACHE_MB: {
    about: 'Disk that parts of the archive may take on a machine that answers from it, in MiB.',
    schema: z.coerce.number().int().min(64).max(10_000_000).default(4_096),
    example: '20000',
  },
  HEARTWOOD_ARCHIVE_SEGMENT_MB: {
    about: 'Size from which on a file goes to the archive, in MiB.',
    schema: z.coerce.number().int().min(1).max(1_024).default(64),
    example: '128',
  },
  HEARTWOOD_ARCHIVE_SECONDS: {
    about: 'Seconds after which logs go to the archive at the latest, however few.',
    schema: z.coerce.number().int().min(1).max(3_600).default(180),
    example: '600',
  },
  HEARTWOOD_STOP_SECONDS: {
    about:
      'What an app that is asked to stop may take to end what it has begun. Then it ends anyway, and what is left is read from the queue again.',
    schema: z.coerce.number().min(1).max(3_600).default(10),
    example: '25',
  },
  HEARTWOOD_INSTANCE: {
    about: 'Name of this process in a cluster, the same after a restart; no two of an app have the same.',
    schema: z.string().min(1).max(200).optional(),
    example: 'indexer-3',
    fallback: 'name of the machine and port',
  },
  HEARTWOOD_INTERNAL_HOST: {
    about:
      'Address on which the apps listen for each other, and under which the others of a cluster reach them.',
    schema: z.string().min(1).default('127.0.0.1'),
    example: '10.0.0.12',
  },
  HEARTWOOD_INTERNAL_TOKEN: {
    about:
      'What the apps of a cluster show each other, 16 characters or more, the same for all. Standalone makes a new one at each start.',
    schema: z.string().min(16, 'needs at least 16 characters').optional(),
    example: '$(openssl rand -hex 32)',
    secret: true,
  },
  DATABASE_URL: {
    about: 'A PostgreSQL of your own instead of the one that comes along.',
    schema: z.string().optional(),
    example: 'postgresql://user:password@db.example.com/heartwood',
    secret: true,
  },
} as const satisfies Record<string, SettingSpec>

export interface SettingSpec {
  readonly about: string
  readonly schema: z.ZodType
  readonly example: string
  readonly secret?: true
  /** How the default is described where it depends on another setting. */
  readonly fallback?: string
}

export type SettingName = keyof typeof SETTINGS
export type Settings = { readonly [N in SettingName]: z.output<(typeof SETTINGS)[N]['schema']> }

export type SettingsResult =
  | {
      readonly ok: true
      readonly settings: Settings /** The settings the user named. */
      readonly named: ReadonlySet<SettingName>
    }
  | { readonly ok: false; readonly errors: readonly string[] }

/** Reads all settings from an environment. An empty variable counts as not set. Each error is one sentence. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): SettingsResult {
  const errors: string[] = []
  const named = new Set<SettingName>()
  const entries = (Object.keys(SETTINGS) as SettingName[]).map((name) => {
    const given = env[name]?.trim() === '' ? undefined : env[name]
    if (given !== undefined) named.add(name)
    const parsed = SETTINGS[name].schema.safeParse(given)
    if (parsed.success) return [name, parsed.data] as const
    errors.push(
      `${name} ${parsed.error.issues[0]?.message ?? 'is not valid'}; an example: ${SETTINGS[name].example}`,
    )
    return [name, undefined] as const
  })
  if (errors.length > 0) return { ok: false, errors }
  // Each entry was checked by its own schema just above; the compiler cannot follow that through fromEntries.
  const settings = Object.fromEntries(entries) as unknown as Settings
  const wrong = halfCluster(settings) ?? halfArchive(settings)
  return wrong === undefined ? { ok: true, settings, named } : { ok: false, errors: [wrong] }
}

/** HEARTWOOD_DATA_DIR is --data-dir, DATABASE_URL is --database-url. */
export function flagOf(name: SettingName): string {
  return `--${name
    .replace(/^HEARTWOOD_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`
}

function port(standard: number) {
  return z.coerce.number('must be a port number').int().min(1).max(65_535).default(standard)
}
