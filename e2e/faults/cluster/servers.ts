import { join } from 'node:path'
import { migrate } from '@heartwood/db/migrate'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../packages/db/src/embedded/index.ts'
import { startElasticsearch } from '../../../scripts/stack/elasticsearch.ts'
import { startS3 } from '../../../scripts/stack/s3.ts'
import type { StackServer } from '../../../scripts/stack/server.ts'
import type { FlakyProxy } from '../../cluster/flaky-proxy.ts'
import { startProxiedKafka } from '../../cluster/proxied-kafka.ts'
import { type ElasticsearchProxy, elasticsearchProxy } from './elasticsearch-proxy.ts'
import { type S3Proxy, s3Proxy } from './s3-proxy.ts'

/** The real servers of the cluster, each behind what can spoil its connections, each able to be killed. */
export interface Servers extends AsyncDisposable {
  /** Kafka itself, and what the product is given instead. */
  readonly kafka: StackServer
  readonly kafkaProxy: FlakyProxy
  readonly elasticsearch: StackServer
  readonly elasticsearchProxy: ElasticsearchProxy
  readonly postgresUrl: string
  /** Of the archive, undefined where there is none; and what the product is given instead. */
  readonly s3: StackServer | undefined
  readonly s3Proxy: S3Proxy | undefined
  /** SIGKILL, a moment of absence in milliseconds, and on the same data again. */
  killPostgres(awayMillis: number): Promise<void>
}

export interface ServersOptions {
  /** Whether the proxies stand between the product and the servers; otherwise they run beside them, unused. */
  readonly proxied: boolean
  /** Whether logs are archived as well, in an S3 server. */
  readonly archived: boolean
}

export async function startServers(folder: string, { proxied, archived }: ServersOptions): Promise<Servers> {
  await using started = new AsyncDisposableStack()
  const [proxiedKafka, elasticsearch, s3] = await Promise.all([
    startProxiedKafka({ dataDir: join(folder, 'kafka') }, proxied),
    startElasticsearch({ own: true, dataDir: join(folder, 'elasticsearch') }),
    archived ? startS3({ own: true, dataDir: join(folder, 's3') }) : undefined,
  ])
  const { kafka, proxy: kafkaProxy } = started.use(proxiedKafka)
  started.use(elasticsearch)
  if (s3 !== undefined) started.use(s3)
  const objectsProxy = s3 === undefined ? undefined : started.use(await s3Proxy(s3.address))
  const esProxy = started.use(await elasticsearchProxy(elasticsearch.address))
  const postgres = new KillablePostgres(join(folder, 'postgres'))
  started.use(postgres)
  const postgresUrl = await postgres.start()
  await migrate(postgresUrl)
  const all = started.move()
  return {
    kafka,
    kafkaProxy,
    elasticsearch,
    elasticsearchProxy: esProxy,
    postgresUrl,
    s3,
    s3Proxy: objectsProxy,
    killPostgres: (away) => postgres.killFor(away),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

class KillablePostgres implements AsyncDisposable {
  readonly #dir: string
  #server: EmbeddedPostgres | undefined
  #port = 0

  constructor(dir: string) {
    this.#dir = dir
  }

  async start(): Promise<string> {
    const server = await startEmbeddedPostgres({ dir: this.#dir, port: this.#port })
    this.#port = server.port
    this.#server = server
    return server.url
  }

  async killFor(millis: number): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    process.kill(server.pid, 'SIGKILL')
    await server.exited
    await new Promise((resolve) => setTimeout(resolve, millis))
    await this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.stop()
  }
}
