import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startElasticsearch } from '../stack/elasticsearch.ts'
import { startKafka } from '../stack/kafka.ts'
import { startS3 } from '../stack/s3.ts'
import { keepRunning } from './keep-running.ts'
import { type ClusterArchive, clusterEnvironment } from './surroundings.ts'

/**
 * `npm run cluster`: a whole cluster on this machine. Starts Kafka, Elasticsearch and an S3 server, unless the environment names them, and
 * then `heartwood start` with two of each app, which brings PostgreSQL along; stops the servers after all that uses them.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const HEARTWOOD = join(ROOT, 'apps/heartwood/src/main.ts')
const { HEARTWOOD_DATA_DIR: namedFolder } = process.env
const dataFolder = resolve(namedFolder || join(ROOT, 'data/cluster'))
await mkdir(dataFolder, { recursive: true })

// Who uses the servers ends first, and then we do. Until somebody does, they end with us.
let heartwood: ReturnType<typeof fork> | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (heartwood === undefined) process.exit(codeOf(signal))
    heartwood.kill(signal)
  })
}
// Whoever started us is gone: what we started ends in order.
process.on('disconnect', () => {
  if (heartwood === undefined) process.exit(1)
  heartwood.kill('SIGTERM')
})

process.exitCode = await run().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error))
  return 1
})
// The channel to whoever started us must not keep us.
if (process.connected) process.disconnect()

async function run(): Promise<number> {
  const { KAFKA_BROKERS: namedKafka, ELASTICSEARCH_URL: namedElasticsearch } = process.env
  await using servers = new AsyncDisposableStack()
  const own = async (name: string, start: typeof startKafka, folder: string) => {
    say(`${name} is starting ...`)
    const started = performance.now()
    const server = await start({ dataDir: join(dataFolder, folder) })
    servers.use(server)
    servers.use(keepRunning(name, server, say))
    say(`${name} is ready after ${((performance.now() - started) / 1000).toFixed(1)} s: ${server.address}`)
    return server.address
  }
  const kafka = namedKafka || (await own('Kafka', startKafka, 'kafka'))
  const elasticsearch =
    namedElasticsearch || (await own('Elasticsearch', startElasticsearch, 'elasticsearch'))

  const { HEARTWOOD_ARCHIVE: namedArchive } = process.env
  const archive = namedArchive ? undefined : await archiveOf(own)

  heartwood = fork(HEARTWOOD, ['start', '--instances', '2', ...process.argv.slice(2)], {
    env: {
      ...process.env,
      ...clusterEnvironment(process.env, { kafka, elasticsearch, archive, dataFolder }),
    },
  })
  const [code, signal] = await once(heartwood, 'exit')
  return typeof code === 'number' ? code : codeOf(signal)
}

/** The address of an S3 server; where there can be none, a folder takes its place. */
async function archiveOf(
  own: (name: string, start: typeof startKafka, folder: string) => Promise<string>,
): Promise<ClusterArchive> {
  try {
    return { kind: 's3', endpoint: await own('the S3 server', startS3, 's3') }
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    const path = join(dataFolder, 'archive-objects')
    say(`the archive is in ${path}`)
    return { kind: 'folder', path }
  }
}

function codeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}

function say(line: string): void {
  process.stderr.write(`heartwood | ${line}\n`)
}
