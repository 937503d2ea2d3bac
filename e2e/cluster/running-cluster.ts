import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { freePorts } from '../../packages/db/src/embedded/free-port.ts'

const ROOT = join(import.meta.dirname, '../..')
const START_MILLIS = 500_000
const PORT_SETTINGS = ['WEB', 'INGEST', 'QUERY', 'INDEXER', 'ALERTER', 'POSTGRES'].map(
  (app) => `HEARTWOOD_${app}_PORT`,
)
const Lock = z.object({ children: z.array(z.object({ name: z.string(), pid: z.number() })) })
const ADDRESS = String.raw`http://127\.0\.0\.1:\d+`

/** Two of each app under one supervisor, on a Kafka and an Elasticsearch that others use too. */
export interface RunningCluster extends AsyncDisposable {
  readonly webUrls: readonly string[]
  readonly ingestUrls: readonly string[]
  output(): string
  /** Of a process by its name, `indexer-1`; undefined while it is away. */
  pid(name: string): Promise<number | undefined>
  /** Ends it in order; resolves to the exit code. */
  stop(): Promise<number | null>
}

export async function startCluster(servers: {
  readonly kafka: string
  readonly elasticsearch: string
}): Promise<RunningCluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-cluster-'))
  await chmod(dataDir, 0o755)
  const prefix = `e${randomUUID().slice(0, 8)}-`
  const ports = await freePorts(PORT_SETTINGS.length)
  const child = spawn(
    join(ROOT, 'node_modules/.bin/node'),
    ['apps/heartwood/src/main.ts', 'start', '--instances', '2'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...Object.fromEntries(PORT_SETTINGS.map((name, index) => [name, String(ports[index])])),
        HEARTWOOD_DATA_DIR: dataDir,
        KAFKA_BROKERS: servers.kafka,
        HEARTWOOD_TOPIC_PREFIX: prefix,
        HEARTWOOD_KAFKA_PARTITIONS: '6',
        HEARTWOOD_KAFKA_REPLICATION: '1',
        ELASTICSEARCH_URL: servers.elasticsearch,
        HEARTWOOD_INDEX_PREFIX: prefix,
        HEARTWOOD_INDEX_REPLICAS: '0',
      },
    },
  )
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  const exited = once(child, 'exit')
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await exited
  }
  const close = async (): Promise<void> => {
    await end()
    await fetch(`${servers.elasticsearch}/${prefix}*,heartwood-${prefix}*`, { method: 'DELETE' }).catch(
      () => undefined,
    )
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  const deadline = performance.now() + START_MILLIS
  while (!/Ctrl-C stops it/.test(text)) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await close()
      throw new Error(`the cluster did not start:\n${text}`)
    }
    await pause(50)
  }
  const found = (pattern: string) => [...text.matchAll(new RegExp(pattern, 'g'))].map(([, url]) => url ?? '')
  return {
    webUrls: [...found(`ready after .*?(${ADDRESS})`), ...found(`The same page: +(${ADDRESS})`)],
    ingestUrls: [...found(`curl '(${ADDRESS})/ingest`), ...found(`Takes logs too: +(${ADDRESS})`)],
    output: () => text,
    async pid(name) {
      const lock = Lock.parse(JSON.parse(await readFile(join(dataDir, 'run/lock'), 'utf8')))
      return lock.children.find((process) => process.name === name)?.pid
    },
    async stop() {
      await end()
      return child.exitCode
    },
    [Symbol.asyncDispose]: close,
  }
}
