import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { accessPolicy, localUrl } from '@heartwood/access'
import { endLeftoverPostgres } from '@heartwood/db/embedded'
import { readSettings, type SettingName, type Settings } from '@heartwood/settings'
import { onInterrupt } from '../interrupt.ts'
import { readyLines } from './addresses.ts'
import type { AppSpec } from './app-process.ts'
import type { AppDefinition } from './apps.ts'
import { openDataFolder } from './data-folder.ts'
import { type Database, runDatabase } from './database.ts'
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
  /** The page compiles itself on the fly. */
  readonly dev: boolean
  /** Brings the database up to date. */
  readonly migrate: (url: string) => Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>
type Checked = Extract<ReturnType<typeof readSettings>, { ok: true }>

/** Compiled code of the apps: with it they start in half the time and need 30 MB less each. */
const COMPILE_CACHE = 'node_modules/.cache/heartwood'

/** Whoever ends everything by force does not wait for order. */
const KILLED = 130

/**
 * `heartwood start`: checks what can be wrong before anything runs, starts PostgreSQL and the apps, keeps them running,
 * and stops them in order when asked. Resolves to the exit code: 0 after a stop that was asked for, 1 for a refusal (one
 * sentence each on standard error). Asked twice, it ends the process at once with 130.
 */
export async function start(options: StartOptions): Promise<number> {
  const checked = checkSettings(options.env)
  if (!checked.ok) {
    for (const error of checked.errors) process.stderr.write(`${error}\n`)
    return 1
  }
  const output = outputTo(process.stdout, { verbose: checked.settings.HEARTWOOD_LOG_LEVEL === 'debug' })
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
    await running.stop()
  }
}

function checkSettings(env: Environment): ReturnType<typeof readSettings> {
  const read = readSettings(env)
  if (!read.ok) return read
  const { HEARTWOOD_HOST, HEARTWOOD_ACCESS_TOKEN, HEARTWOOD_ALLOWED_HOSTS } = read.settings
  const access = accessPolicy({
    host: HEARTWOOD_HOST,
    token: HEARTWOOD_ACCESS_TOKEN,
    allowedHosts: HEARTWOOD_ALLOWED_HOSTS,
  })
  return access.ok ? read : { ok: false, errors: [access.reason] }
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
  const demo = settings.HEARTWOOD_DEMO === 'on' && !demoIsOver(dataFolder) ? 'on' : 'off'
  const apps = options.apps.filter(({ name }) => name !== 'demo' || demo === 'on')
  await endLeftoverPostgres(join(dataFolder, 'postgres'), output.say)
  stopping.throwIfAborted()

  const ports = await choosePorts(portWishes(apps, settings, named), output.say)
  const databaseUrl = settings.DATABASE_URL ?? (await startDatabase(options, dataFolder, ports)).url
  stopping.throwIfAborted()
  await options.migrate(databaseUrl).catch((error: unknown) => {
    throw new Refusal(`The database could not be brought up to date: ${messageOf(error)}`, { cause: error })
  })
  stopping.throwIfAborted()

  const env = appEnvironment(options.env, settings, ports, {
    NODE_COMPILE_CACHE: options.env.NODE_COMPILE_CACHE ?? join(options.projectFolder, COMPILE_CACHE),
    HEARTWOOD_DATA_DIR: dataFolder,
    DATABASE_URL: databaseUrl,
    // Nobody asks an app that does not run: another program may have its port.
    HEARTWOOD_DEMO: demo,
    HEARTWOOD_INTERNAL_TOKEN: settings.HEARTWOOD_INTERNAL_TOKEN ?? randomBytes(32).toString('hex'),
  })
  running.run(apps.map((app) => specOf(app, { host: settings.HEARTWOOD_HOST, ports, env, dev: options.dev })))
  await running.ready(stopping)

  const host = settings.HEARTWOOD_HOST
  const webUrl = localUrl(host, ports.get('HEARTWOOD_WEB_PORT') ?? settings.HEARTWOOD_WEB_PORT)
  const ingestUrl = localUrl(host, ports.get('HEARTWOOD_INGEST_PORT') ?? settings.HEARTWOOD_INGEST_PORT)
  await running.announce(join(dataFolder, 'run', 'address.json'), { web_url: webUrl, ingest_url: ingestUrl })
  const seconds = (performance.now() - begun) / 1000
  const needsToken = settings.HEARTWOOD_ACCESS_TOKEN !== undefined
  for (const line of readyLines({ webUrl, ingestUrl, host, needsToken, dataFolder, seconds }))
    output.plain(line)
}

/** The note that the demo leaves when it was deleted, or found logs when it was to begin. */
function demoIsOver(dataFolder: string): boolean {
  return existsSync(join(dataFolder, 'demo', 'ended.json'))
}

async function startDatabase(
  { running, output }: BringUp,
  dataFolder: string,
  ports: ReadonlyMap<SettingName, number>,
): Promise<Database> {
  try {
    const database = await runDatabase({
      dir: join(dataFolder, 'postgres'),
      port: ports.get('HEARTWOOD_POSTGRES_PORT') ?? 0,
      log: output.postgres,
      say: output.say,
    })
    running.uses(database)
    return database
  } catch (error) {
    throw new Refusal(`PostgreSQL does not start: ${messageOf(error)}`, { cause: error })
  }
}

function portWishes(
  apps: readonly AppDefinition[],
  settings: Settings,
  named: ReadonlySet<SettingName>,
): PortWish[] {
  const wishes: PortWish[] = apps.map(({ portSetting, use, isPublic }) => ({
    setting: portSetting,
    use,
    host: isPublic ? settings.HEARTWOOD_HOST : '127.0.0.1',
    port: settings[portSetting],
    named: named.has(portSetting),
  }))
  if (settings.DATABASE_URL !== undefined) return wishes
  const setting = 'HEARTWOOD_POSTGRES_PORT'
  return [
    ...wishes,
    { setting, use: 'PostgreSQL', host: '127.0.0.1', port: settings[setting], named: named.has(setting) },
  ]
}

/** Every setting as it was resolved, on top of our own environment. */
function appEnvironment(
  env: Environment,
  settings: Settings,
  ports: ReadonlyMap<SettingName, number>,
  resolved: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const values = Object.entries(settings).filter(([, value]) => value !== undefined)
  const rules = settings.HEARTWOOD_ALERT_RULES
  return {
    ...env,
    ...Object.fromEntries(values.map(([name, value]) => [name, String(value)])),
    ...Object.fromEntries([...ports].map(([name, port]) => [name, String(port)])),
    ...(rules === undefined ? {} : { HEARTWOOD_ALERT_RULES: resolve(rules) }),
    ...resolved,
  }
}

function specOf(
  app: AppDefinition,
  options: { host: string; ports: ReadonlyMap<SettingName, number>; env: NodeJS.ProcessEnv; dev: boolean },
): AppSpec {
  const port = options.ports.get(app.portSetting) ?? 0
  return {
    name: app.name,
    script: app.script,
    nodeArgs: app.nodeArgs ?? [],
    args: options.dev && app.hasDevMode === true ? ['--dev'] : [],
    env: { ...options.env, ...app.env },
    readyUrl: `${localUrl(app.isPublic ? options.host : '127.0.0.1', port)}/readyz`,
    mayEnd: app.mayEnd === true,
    stopMs: app.stopMs,
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
