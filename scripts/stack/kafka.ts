import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../packages/db/src/embedded/free-port.ts'
import { findJava } from './java.ts'
import { jarsOf } from './maven.ts'
import { namedServer, type StackServer, startLocalServer } from './server.ts'

const run = promisify(execFile)

const KAFKA = { groupId: 'org.apache.kafka', artifactId: 'kafka_2.13', version: '4.4.0' }
const JAVA = 17

export interface KafkaOptions {
  /** Port on 127.0.0.1; a free one where none is given. */
  readonly port?: number
  /** Folder of its data, kept when it stops; a temporary one where none is given. */
  readonly dataDir?: string
  /** Settings of the broker beside ours, or instead of them. */
  readonly settings?: Readonly<Record<string, string>>
  /** What its data are marked with, the same for all brokers of a cluster; its own where none is given. */
  readonly clusterId?: string
  /** Largest Java heap, MiB. */
  readonly heapMb?: number
  /** Never the server that the environment names: for tests that kill it. */
  readonly own?: boolean
}

/** Where its Java and its jars are, fetched where they are not there yet. */
export async function fetchKafka(): Promise<{ readonly javaHome: string; readonly jars: string }> {
  return { javaHome: await findJava(JAVA), jars: await jarsOf(KAFKA) }
}

/**
 * A Kafka of one broker (KRaft). The one that KAFKA_BROKERS names where it is set and nothing is asked of the server
 * itself, else a process of this machine. Without the right to make topics by merely naming them, as in production.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<StackServer> {
  const { KAFKA_BROKERS: named } = process.env
  const ordinary = options.port === undefined && options.dataDir === undefined && !options.own
  if (named && ordinary) return namedServer(named, 'KAFKA_BROKERS')

  const { javaHome, jars } = await fetchKafka()
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'heartwood-kafka-')))
  const port = options.port ?? (await freePort())
  const java = join(javaHome, 'bin/java')
  const classPath = join(jars, '*')
  const properties = await configure(dataDir, port, options.settings ?? {})
  await format(java, classPath, properties, { dataDir, id: options.clusterId ?? newClusterId() })
  return startLocalServer({
    name: 'Kafka',
    address: `127.0.0.1:${port}`,
    command: java,
    args: [`-Xmx${options.heapMb ?? 512}m`, '-XX:+UseSerialGC', '-cp', classPath, 'kafka.Kafka', properties],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    cwd: dataDir,
    logFile: join(dataDir, 'broker.log'),
    answers: () => answersToKafka(port),
    cleanUp: async () => {
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  })
}

export function newClusterId(): string {
  return randomBytes(16).toString('base64url')
}

/** Writes server.properties. The port of the controller stays that of the first start, since the data know it. */
async function configure(
  dataDir: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  const file = join(dataDir, 'server.properties')
  const before = await readFile(file, 'utf8').catch(() => '')
  const controller =
    /^controller\.quorum\.voters=1@127\.0\.0\.1:(\d+)$/m.exec(before)?.[1] ?? (await freePort())
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': join(dataDir, 'log'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // Tests have sessions shorter than the six seconds that are least by default.
    'group.min.session.timeout.ms': '500',
    // After a SIGKILL the controller takes the broker to be there for this long, and lets no other in.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    'socket.request.max.bytes': String(256 << 20),
    ...settings,
  }
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`)
  await writeFile(file, `${lines.join('\n')}\n`)
  return file
}

async function format(
  java: string,
  classPath: string,
  properties: string,
  { dataDir, id }: { readonly dataDir: string; readonly id: string },
): Promise<void> {
  const formatted = await stat(join(dataDir, 'log', 'meta.properties')).catch(() => undefined)
  if (formatted !== undefined) return
  // With an equals sign, since an id may begin like a flag.
  const tool = ['-cp', classPath, 'kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '-c', properties]
  await run(java, ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...tool], { cwd: dataDir })
}

/** An ApiVersions request of version 0: the one thing that every broker answers before anything else. */
const API_VERSIONS = Buffer.from('0000000a' + '0012' + '0000' + '00000001' + 'ffff', 'hex')

async function answersToKafka(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 })
  socket.on('timeout', () => socket.destroy(new Error('no answer')))
  try {
    await once(socket, 'connect')
    socket.write(API_VERSIONS)
    await once(socket, 'data')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
