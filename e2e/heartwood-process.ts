import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..')
const Address = z.object({ web_url: z.string(), ingest_url: z.string() })

export type AppName = 'ingest' | 'indexer' | 'query' | 'alerter' | 'web' | 'demo'

export interface StartOptions {
  readonly dataDir: string
  /** Ports that the supervisor may move; each test run needs its own. */
  readonly ports: { readonly web: number; readonly ingest: number; readonly first: number }
  readonly apps?: readonly AppName[]
  readonly env?: Readonly<Record<string, string>>
  /** Told the pid of the supervisor at once, long before it is ready. */
  readonly onSpawn?: (pid: number) => void
}

/** A real Heartwood: the supervisor and everything it starts, as `npm start` runs it. */
export interface HeartwoodProcess extends AsyncDisposable {
  readonly webUrl: string
  readonly ingestUrl: string
  /** What the supervisor and the apps printed so far. */
  output(): string
  /** Pids of the living children by app; postgres is not among them. */
  pids(): Map<AppName, number>
  readonly pid: number
  /** Ends it in order, as Ctrl-C does; resolves to the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL to the supervisor alone, or to it and all apps at once; resolves when none of them lives. */
  kill(what: 'supervisor' | 'all'): Promise<void>
}

/** Seconds on an idle machine, and minutes where others work too. */
const START_MILLIS = 180_000

/** Starts it and waits until it has printed its address; throws with its output if it ends before. */
export async function startHeartwood(options: StartOptions): Promise<HeartwoodProcess> {
  const { dataDir, ports } = options
  const flags = options.apps === undefined ? [] : ['--apps', options.apps.join(',')]
  const child = spawn(
    join(ROOT, 'node_modules/.bin/node'),
    ['apps/heartwood/src/main.ts', 'start', ...flags],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        HEARTWOOD_DATA_DIR: dataDir,
        HEARTWOOD_WEB_PORT: String(ports.web),
        HEARTWOOD_INGEST_PORT: String(ports.ingest),
        HEARTWOOD_QUERY_PORT: String(ports.first),
        HEARTWOOD_INDEXER_PORT: String(ports.first + 1),
        HEARTWOOD_ALERTER_PORT: String(ports.first + 2),
        HEARTWOOD_POSTGRES_PORT: String(ports.first + 3),
        HEARTWOOD_DEMO_PORT: String(ports.first + 6),
        // What a test finds is what it sent.
        HEARTWOOD_DEMO: 'off',
        ...options.env,
      },
    },
  )
  if (child.pid !== undefined) options.onSpawn?.(child.pid)
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  const output = () => chunks.join('')
  await started(child, dataDir, output)
  const address = Address.parse(JSON.parse(await readFile(join(dataDir, 'run/address.json'), 'utf8')))
  const pid = child.pid ?? 0
  return {
    webUrl: address.web_url.replace(/\/$/, ''),
    ingestUrl: address.ingest_url.replace(/\/$/, ''),
    pid,
    output,
    pids: () => childrenOf(pid),
    stop: () => end(child, 'SIGTERM'),
    async kill(what) {
      const children = [...childrenOf(pid).values()]
      if (what === 'all') for (const one of children) signalIfAlive(one, 'SIGKILL')
      await end(child, 'SIGKILL')
      await gone(children)
    },
    async [Symbol.asyncDispose]() {
      await end(child, 'SIGTERM')
    },
  }
}

/** The supervisor prints "Heartwood is ready" (and writes address.json) once every app answers /readyz. */
async function started(child: ChildProcess, dataDir: string, output: () => string): Promise<void> {
  const deadline = Date.now() + START_MILLIS
  while (!/Heartwood is ready/i.test(output())) {
    if (child.exitCode !== null) throw new Error(`heartwood start ended with ${child.exitCode}:\n${output()}`)
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`heartwood start on ${dataDir} was not ready in ${START_MILLIS / 1000} s:\n${output()}`)
    }
    await delay(20)
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await exited
  }
  return child.exitCode
}

/** Waits until none of these processes lives; their parent is dead, so each stops by itself within its bounded time. */
export async function gone(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + 20_000
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) throw new Error(`still alive: ${pids.filter(isAlive).join(', ')}`)
    await delay(20)
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, signal)
}

function childrenOf(parent: number): Map<AppName, number> {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  const children = new Map<AppName, number>()
  for (const row of rows) {
    const match = /^\s*(\d+)\s+(\d+)\s.*apps\/(ingest|indexer|query|alerter|web|demo)\/src\/main\.ts/.exec(
      row,
    )
    if (match !== null && Number(match[2]) === parent) children.set(match[3] as AppName, Number(match[1]))
  }
  return children
}
