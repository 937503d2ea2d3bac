import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../../packages/db/src/embedded/free-port.ts'
import { s3Settings } from '../../../scripts/stack/s3.ts'
import { type AppProcess, appProcess, type ClusterApp, STOP_SECONDS } from './app-processes.ts'
import { type Servers, type ServersOptions, startServers } from './servers.ts'

const TWO = [1, 2] as const
const PARTITIONS = 8

/** Where the archive is in its bucket. */
export const ARCHIVE_PREFIX = 'logs/'

/** Little is gathered before it is archived, so that a fault meets many commits. */
function archiveSettings(s3: string): Record<string, string> {
  return {
    ...s3Settings(s3, ARCHIVE_PREFIX),
    HEARTWOOD_ARCHIVE_SECONDS: '2',
  }
}

const PORT_SETTING: Readonly<Record<ClusterApp, string>> = {
  ingest: 'HEARTWOOD_INGEST_PORT',
  indexer: 'HEARTWOOD_INDEXER_PORT',
  archiver: 'HEARTWOOD_ARCHIVER_PORT',
  query: 'HEARTWOOD_QUERY_PORT',
  alerter: 'HEARTWOOD_ALERTER_PORT',
  web: 'HEARTWOOD_WEB_PORT',
}

/** The real servers and two of each app, as a company runs them, on one machine. */
export class Cluster implements AsyncDisposable {
  readonly servers: Servers
  readonly apps: readonly AppProcess[]
  readonly #folder: string
  readonly #common: Readonly<Record<string, string>>
  readonly #owned: AsyncDisposableStack

  private constructor(
    servers: Servers,
    apps: readonly AppProcess[],
    rest: { folder: string; common: Readonly<Record<string, string>>; owned: AsyncDisposableStack },
  ) {
    this.servers = servers
    this.apps = apps
    this.#folder = rest.folder
    this.#common = rest.common
    this.#owned = rest.owned
  }

  static async start(folder: string, options: ServersOptions): Promise<Cluster> {
    await using owned = new AsyncDisposableStack()
    const servers = owned.use(await startServers(folder, options))
    const rules = join(folder, 'alerts.yaml')
    await writeFile(rules, 'rules: []\n')
    const s3 = options.proxied ? servers.s3Proxy?.url : servers.s3?.address
    const common = {
      KAFKA_BROKERS: options.proxied ? servers.kafkaProxy.address : servers.kafka.address,
      ELASTICSEARCH_URL: options.proxied ? servers.elasticsearchProxy.url : servers.elasticsearch.address,
      DATABASE_URL: servers.postgresUrl,
      HEARTWOOD_INTERNAL_TOKEN: randomBytes(32).toString('hex'),
      HEARTWOOD_KAFKA_PARTITIONS: String(PARTITIONS),
      HEARTWOOD_KAFKA_REPLICATION: '1',
      HEARTWOOD_INDEX_REPLICAS: '0',
      HEARTWOOD_ALERT_RULES: rules,
      HEARTWOOD_DEMO: 'off',
      HEARTWOOD_STOP_SECONDS: String(STOP_SECONDS),
      ...(s3 !== undefined && archiveSettings(s3)),
    }
    const apps: AppProcess[] = []
    // Indexers first: they make the topics and the indexes.
    const archivers = options.archived ? (['archiver'] as const) : []
    for (const app of ['indexer', ...archivers, 'ingest', 'query', 'alerter', 'web'] as const) {
      const pair = await Promise.all(TWO.map((number) => place(folder, common, app, number)))
      const processes = pair.map((one) => owned.use(appProcess(one)))
      await Promise.all(processes.map((one) => one.start()))
      apps.push(...processes)
    }
    return new Cluster(servers, apps, { folder, common, owned: owned.move() })
  }

  of(app: ClusterApp): readonly AppProcess[] {
    return this.apps.filter((one) => one.place.app === app)
  }

  /** A third one, which the caller ends. @param settings on top of those that all have */
  async another(app: ClusterApp, settings: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const process = appProcess(await place(this.#folder, { ...this.#common, ...settings }, app, 3))
    await process.start()
    return process
  }

  /** The end of what each app printed. */
  output(): string {
    return this.apps.map((one) => `== ${one.place.instance}\n${one.output().slice(-4_000)}`).join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync()
  }
}

async function place(
  folder: string,
  common: Readonly<Record<string, string>>,
  app: ClusterApp,
  number: number,
) {
  const instance = `${app}-${number}`
  const port = await freePort()
  const env = {
    ...common,
    HEARTWOOD_INSTANCE: instance,
    HEARTWOOD_DATA_DIR: join(folder, instance),
    [PORT_SETTING[app]]: String(port),
  }
  return { app, instance, port, env }
}
