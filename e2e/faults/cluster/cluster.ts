import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../../packages/db/src/embedded/free-port.ts'
import { s3Settings } from '../../../scripts/stack/s3.ts'
import { type AppProcess, appProcess, type ClusterApp, STOP_SECONDS } from './app-processes.ts'
import { type Servers, type ServersOptions, startServers } from './servers.ts'

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

export interface ClusterOptions extends ServersOptions {
  /** How many there are of each app; two where it is not said. */
  readonly each?: 1 | 2
  /** The apps that there are; all where it is not said. */
  readonly apps?: readonly ClusterApp[]
  /** What an app is given besides. */
  readonly settingsOf?: (app: ClusterApp, servers: Servers) => Promise<Readonly<Record<string, string>>>
}

/** Indexers first: they make the topics and the indexes. */
const STARTED: readonly ClusterApp[] = ['indexer', 'archiver', 'ingest', 'query', 'alerter', 'web']

/** The real servers and two of each app, as a company runs them, on one machine. */
export class Cluster implements AsyncDisposable {
  readonly servers: Servers
  readonly apps: readonly AppProcess[]
  /** What all apps are given, and a command of the command line is too. */
  readonly settings: Readonly<Record<string, string>>
  readonly #folder: string
  readonly #owned: AsyncDisposableStack

  private constructor(
    servers: Servers,
    apps: readonly AppProcess[],
    rest: { folder: string; settings: Readonly<Record<string, string>>; owned: AsyncDisposableStack },
  ) {
    this.servers = servers
    this.apps = apps
    this.#folder = rest.folder
    this.settings = rest.settings
    this.#owned = rest.owned
  }

  static async start(folder: string, options: ClusterOptions): Promise<Cluster> {
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
    const numbers = options.each === 1 ? [1] : [1, 2]
    for (const app of STARTED) {
      if (options.apps?.includes(app) === false || (app === 'archiver' && !options.archived)) continue
      const settings = { ...common, ...(await options.settingsOf?.(app, servers)) }
      const places = await Promise.all(numbers.map((number) => place(folder, settings, app, number)))
      const processes = places.map((one) => owned.use(appProcess(one)))
      await Promise.all(processes.map((one) => one.start()))
      apps.push(...processes)
    }
    return new Cluster(servers, apps, { folder, settings: common, owned: owned.move() })
  }

  of(app: ClusterApp): readonly AppProcess[] {
    return this.apps.filter((one) => one.place.app === app)
  }

  /** A third one, which the caller ends. @param settings on top of those that all have */
  async another(app: ClusterApp, settings: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const process = appProcess(await place(this.#folder, { ...this.settings, ...settings }, app, 3))
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
  settings: Readonly<Record<string, string>>,
  app: ClusterApp,
  number: number,
) {
  const instance = `${app}-${number}`
  const port = await freePort()
  const env = {
    ...settings,
    HEARTWOOD_INSTANCE: instance,
    HEARTWOOD_DATA_DIR: join(folder, instance),
    [PORT_SETTING[app]]: String(port),
  }
  return { app, instance, port, env }
}
