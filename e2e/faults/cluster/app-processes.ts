import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { APPS, type AppDefinition } from '../../../apps/heartwood/src/start/apps.ts'

export const CLUSTER_APPS = ['ingest', 'indexer', 'archiver', 'query', 'alerter', 'web'] as const
export type ClusterApp = (typeof CLUSTER_APPS)[number]

/** An app of the cluster as it is run here: on a port of its own, with a folder of its own. */
export interface AppPlace {
  readonly app: ClusterApp
  /** `indexer-2` */
  readonly instance: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
}

/** One process of an app; it can be ended in any way and started again in its place. */
export interface AppProcess extends AsyncDisposable {
  readonly place: AppPlace
  readonly url: string
  signal(signal: NodeJS.Signals): void
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM, as a rolling restart does; resolves to the exit code, null where it had to be killed. */
  stop(): Promise<number | null>
  /** Resolves when it says that it is ready. `settings` are for this time, on top of those of its place. */
  start(settings?: Readonly<Record<string, string>>): Promise<void>
  /** The end of what it printed. */
  output(): string
}

const ROOT = join(import.meta.dirname, '../../..')
const READY_MILLIS = 240_000
/** What an app gets for its stop: a busy machine must not decide whether it ends in order. */
export const STOP_SECONDS = 120
const KEPT_OUTPUT = 40_000

export function appProcess(place: AppPlace): AppProcess {
  const own = definitionOf(place.app)
  let child: ChildProcess | undefined
  let printed = ''
  const url = `http://127.0.0.1:${place.port}`
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child
    child = undefined
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null)
      return ending?.exitCode ?? null
    const gone = once(ending, 'exit')
    ending.kill(signal)
    const tooLong = setTimeout(() => ending.kill('SIGKILL'), (STOP_SECONDS + 10) * 1_000)
    await gone
    clearTimeout(tooLong)
    return ending.exitCode
  }
  return {
    place,
    url,
    signal: (signal) => void child?.kill(signal),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    output: () => printed,
    async start(settings = {}) {
      const started = fork(join(ROOT, 'apps', place.app, 'src/main.ts'), [], {
        cwd: ROOT,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...own.env, ...place.env, ...settings },
        execArgv: [...(own.nodeArgs ?? [])],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      child = started
      for (const stream of [started.stdout, started.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => {
          printed = (printed + text).slice(-KEPT_OUTPUT)
        })
      await ready(started, url, place.instance, () => printed)
    },
    async [Symbol.asyncDispose]() {
      child?.kill('SIGCONT')
      await end('SIGTERM')
    },
  }
}

/** What `heartwood run` gives an app: arguments of its Node, variables of its memory. */
function definitionOf(app: ClusterApp): AppDefinition {
  const found = APPS.find(({ name }) => name === app)
  if (found === undefined) throw new Error(`the product has no app ${app}`)
  return found
}

async function ready(
  child: ChildProcess,
  url: string,
  instance: string,
  output: () => string,
): Promise<void> {
  const deadline = Date.now() + READY_MILLIS
  while (!(await answersReady(url))) {
    if (child.exitCode !== null) throw new Error(`${instance} ended with ${child.exitCode}:\n${output()}`)
    if (child.signalCode !== null) return
    if (Date.now() > deadline)
      throw new Error(`${instance} is not ready in ${READY_MILLIS / 1000} s:\n${output()}`)
    await delay(50)
  }
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
