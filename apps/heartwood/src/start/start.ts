import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { accessPolicy, isLoopback, localUrl } from '@heartwood/access'
import { type ProcessTrail, processTrail } from '@heartwood/audit'
import { endLeftoverPostgres } from '@heartwood/db/embedded'
import { onInterrupt } from '@heartwood/runtime/interrupt'
import { modeOf, readSettings, type SettingName, type Settings } from '@heartwood/settings'
import { readyLines } from './addresses.ts'
import { type AppSurroundings, environmentOf } from './app-environment.ts'
import type { AppSpec } from './app-process.ts'
import type { AppDefinition } from './apps.ts'
import { openDataFolder } from './data-folder.ts'
import { type Database, runDatabase } from './database.ts'
import { type AppInstance, hostOf, instancesOf, portWishes } from './instances.ts'
import { jsonOutputTo } from './json-output.ts'
import { refuseLeftSpools } from './left-spools.ts'
import { lockDataFolder } from './lock.ts'
import { type Output, outputTo } from './output.ts'
import { choosePorts, type PortWish } from './ports.ts'
import { Refusal } from './refusal.ts'
import { type Supervisor, supervisor } from './supervisor.ts'

export interface StartOptions {
  /** Environment with the flags already laid over it. */
  readonly env: Environment
  /** Where ./data of the default lies. */
  readonly projectFolder: string
  /** What to run, in the order it stops in. */
  readonly apps: readonly AppDefinition[]
  /** So many processes of each app; more than one only in a cluster. */
  readonly ofEach: number
  /** The page compiles itself on the fly. */
  readonly dev: boolean
  /** Brings the database up to date. */
  readonly migrate: (url: string) => Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>
type Checked = Extract<ReturnType<typeof readSettings>, { ok: true }>

/** Compiled code of the apps: with it they start in half the time and need 30 MB less each. */
const COMPILE_CACHE = 'node_modules/.cache/heartwood'

const POSTGRES = 'postgres'

/** Beyond what an app allows itself for its stop. */
const STOP_GRACE_MS = 2_000

/** Whoever ends everything by force does not wait for order. */
const KILLED = 130

/**
 * `heartwood start`: checks what can be wrong before anything runs, starts PostgreSQL and the apps, keeps them running,
 * and stops them in order when asked. Resolves to the exit code: 0 after a stop that was asked for, 1 for a refusal (one
 * sentence each on standard error). Asked twice, it ends the process at once with 130.
 */
export async function start(options: StartOptions): Promise<number> {
  const checked = checkSettings(options)
  if (!checked.ok) {
    for (const error of checked.errors) process.stderr.write(`${error}\n`)
    return 1
  }
  const { HEARTWOOD_LOG_LEVEL: logLevel, HEARTWOOD_LOG_FORMAT: logFormat } = checked.settings
  const output =
    logFormat === 'json'
      ? jsonOutputTo(process.stdout, () => new Date())
      : outputTo(process.stdout, { verbose: logLevel === 'debug' })
  const running = supervisor(output)
  const stopping = new AbortController()
  using _ = onInterrupt({
    first(reason) {
      output.say(`stopping in order (${reason}); asked once more, it ends at once`)
      stopping.abort(new Refusal(reason))
    },
    again() {
      running.kill()
      process.exit(KILLED)
    },
  })
  try {
    await bringUp({ ...options, ...checked, running, output, stopping: stopping.signal })
    await aborted(stopping.signal)
    return 0
  } catch (error) {
    if (stopping.signal.aborted) return 0
    if (!(error instanceof Refusal)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  } finally {
    await running.stop(stopping.signal.aborted ? messageOf(stopping.signal.reason) : undefined)
  }
}

function checkSettings({ env, ofEach }: StartOptions): ReturnType<typeof readSettings> {
  const read = readSettings(env)
  if (!read.ok) return read
  const { HEARTWOOD_HOST, HEARTWOOD_ACCESS_TOKEN, HEARTWOOD_ALLOWED_HOSTS } = read.settings
  const access = accessPolicy({
    host: HEARTWOOD_HOST,
    token: HEARTWOOD_ACCESS_TOKEN,
    allowedHosts: HEARTWOOD_ALLOWED_HOSTS,
  })
  if (!access.ok) return { ok: false, errors: [access.reason] }
  const unfit = modeOf(read.settings) === 'cluster' ? unfitForCluster(read.settings) : unfitAlone(ofEach)
  return unfit === undefined ? read : { ok: false, errors: [unfit] }
}

/** What is missing for apps on other machines, or started by others, to be of the same cluster. */
function unfitForCluster(settings: Settings): string | undefined {
  const { DATABASE_URL, HEARTWOOD_INTERNAL_HOST, HEARTWOOD_INTERNAL_TOKEN } = settings
  if (DATABASE_URL === undefined && !isLoopback(HEARTWOOD_INTERNAL_HOST)) {
    return `HEARTWOOD_INTERNAL_HOST is ${HEARTWOOD_INTERNAL_HOST}, for a cluster of several machines: set DATABASE_URL to a PostgreSQL that all of them reach.`
  }
  if (DATABASE_URL !== undefined && HEARTWOOD_INTERNAL_TOKEN === undefined) {
    return 'A cluster whose apps meet in DATABASE_URL needs HEARTWOOD_INTERNAL_TOKEN, the same wherever they run: $(openssl rand -hex 32).'
  }
  return undefined
}

function unfitAlone(ofEach: number): string | undefined {
  if (ofEach === 1) return undefined
  return 'Several of each app are a cluster: set KAFKA_BROKERS and ELASTICSEARCH_URL, or start one of each.'
}

interface BringUp extends StartOptions, Checked {
  readonly running: Supervisor
  readonly output: Output
  readonly stopping: AbortSignal
}

/** Each step in turn; a stop that is asked for in between ends it after the step. */
async function bringUp(options: BringUp): Promise<void> {
  const { settings, named, running, output, stopping } = options
  const begun = performance.now()

  const base = named.has('HEARTWOOD_DATA_DIR') ? process.cwd() : options.projectFolder
  const dataFolder = await openDataFolder(resolve(base, settings.HEARTWOOD_DATA_DIR))
  running.holds(await lockDataFolder(dataFolder, output.say))
  running.audits(await openTrail(options, dataFolder))
  const demo = settings.HEARTWOOD_DEMO === 'on' && !demoIsOver(dataFolder) ? 'on' : 'off'
  const apps = options.apps.filter(({ name }) => name !== 'demo' || demo === 'on')
  const isCluster = modeOf(settings) === 'cluster'
  const instances = instancesOf(apps, settings, options.ofEach)
  await refuseLeftSpools(dataFolder, instances)
  await endLeftoverPostgres(join(dataFolder, 'postgres'), output.say)
  stopping.throwIfAborted()

  const wishes = [...portWishes(instances, settings, named), ...postgresWish(settings, named)]
  const ports = await choosePorts(wishes, output.say)
  const databaseUrl = settings.DATABASE_URL ?? (await startDatabase(options, dataFolder, ports)).url
  stopping.throwIfAborted()
  await options.migrate(databaseUrl).catch((error: unknown) => {
    throw new Refusal(`The database could not be brought up to date: ${messageOf(error)}`, { cause: error })
  })
  stopping.throwIfAborted()

  const surroundings: AppSurroundings = {
    env: options.env,
    settings,
    dataFolder,
    ports,
    instances,
    resolved: {
      NODE_COMPILE_CACHE: options.env.NODE_COMPILE_CACHE ?? join(options.projectFolder, COMPILE_CACHE),
      DATABASE_URL: databaseUrl,
      // Nobody asks an app that does not run: another program may have its port.
      HEARTWOOD_DEMO: isCluster ? 'off' : demo,
      HEARTWOOD_INTERNAL_TOKEN: settings.HEARTWOOD_INTERNAL_TOKEN ?? randomBytes(32).toString('hex'),
    },
  }
  for (const { name, app } of instances)
    if (isCluster && app.ownFolder === true) await mkdir(join(dataFolder, name), { recursive: true })
  running.run(instances.map((instance) => specOf(instance, surroundings, options.dev)))
  await running.ready(stopping)

  const host = settings.HEARTWOOD_HOST
  const urlsOf = (name: 'web' | 'ingest') => publicUrls(name, surroundings)
  const [webUrl = localUrl(host, settings.HEARTWOOD_WEB_PORT), ...moreWebUrls] = urlsOf('web')
  const [ingestUrl = localUrl(host, settings.HEARTWOOD_INGEST_PORT), ...moreIngestUrls] = urlsOf('ingest')
  await running.announce(join(dataFolder, 'run', 'address.json'), { web_url: webUrl, ingest_url: ingestUrl })
  const seconds = (performance.now() - begun) / 1000
  const needsToken = settings.HEARTWOOD_ACCESS_TOKEN !== undefined
  for (const line of readyLines({
    webUrl,
    ingestUrl,
    moreWebUrls,
    moreIngestUrls,
    host,
    needsToken,
    dataFolder,
    seconds,
  }))
    output.plain(line)
}

/** What starts the apps says which settings are in force, for all of them. */
async function openTrail({ settings, output }: BringUp, dataDir: string): Promise<ProcessTrail> {
  const trail = await processTrail({
    app: 'heartwood',
    instance: undefined,
    settings,
    dataDir,
    saysConfiguration: true,
    onObstacle: (reason) => reason !== undefined && output.say(`audit events are lost: ${reason}`),
  })
  if (modeOf(settings) === 'standalone') return trail
  const { deliverToKafka } = await import('@heartwood/audit/kafka')
  const delivery = await deliverToKafka({
    app: 'heartwood',
    settings,
    outbox: trail.outbox,
    // The apps say the same of theirs.
    onTrouble: () => undefined,
    onDamage: (reason) => output.say(`an audit event is lost: ${reason}`),
  })
  return {
    ...trail,
    async close() {
      await trail.close()
      await delivery.close()
    },
  }
}

/** The note that the demo leaves when it was deleted, or found logs when it was to begin. */
function demoIsOver(dataFolder: string): boolean {
  return existsSync(join(dataFolder, 'demo', 'ended.json'))
}

async function startDatabase(
  { running, output }: BringUp,
  dataFolder: string,
  ports: ReadonlyMap<string, number>,
): Promise<Database> {
  try {
    const database = await runDatabase({
      dir: join(dataFolder, 'postgres'),
      port: ports.get(POSTGRES) ?? 0,
      log: output.postgres,
      say: output.say,
    })
    running.uses(database)
    return database
  } catch (error) {
    throw new Refusal(`PostgreSQL does not start: ${messageOf(error)}`, { cause: error })
  }
}

function postgresWish(settings: Settings, named: ReadonlySet<SettingName>): PortWish[] {
  if (settings.DATABASE_URL !== undefined) return []
  const setting = 'HEARTWOOD_POSTGRES_PORT'
  const rest = { host: '127.0.0.1', port: settings[setting], named: named.has(setting) }
  return [{ key: POSTGRES, setting, use: 'PostgreSQL', ...rest }]
}

function specOf(instance: AppInstance, surroundings: AppSurroundings, dev: boolean): AppSpec {
  const { app, name } = instance
  const port = surroundings.ports.get(name) ?? 0
  return {
    name,
    app: app.name,
    script: app.script,
    nodeArgs: app.nodeArgs ?? [],
    args: dev && app.hasDevMode === true ? ['--dev'] : [],
    env: environmentOf(instance, surroundings),
    readyUrl: `${localUrl(hostOf(app, surroundings.settings), port)}/readyz`,
    mayEnd: app.mayEnd === true,
    stopMs: surroundings.settings.HEARTWOOD_STOP_SECONDS * 1_000 + STOP_GRACE_MS,
  }
}

/** Where people and senders reach the processes of an app. */
function publicUrls(app: 'web' | 'ingest', { instances, ports, settings }: AppSurroundings): string[] {
  return instances
    .filter((instance) => instance.app.name === app)
    .map(({ name }) => localUrl(settings.HEARTWOOD_HOST, ports.get(name) ?? 0))
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
