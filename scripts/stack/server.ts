import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { guardProcess } from '../../packages/db/src/embedded/guard.ts'

/** A real server that tests, `npm run cluster` and benches use. Leaving its scope stops it, and so does our own end. */
export interface StackServer extends AsyncDisposable {
  /** What clients are given: host:port, or a URL. */
  readonly address: string
  /** Of the local process while it runs. */
  readonly pid: number | undefined
  /** Ends it as a power cut of the process would: SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again, on the same data and port. Resolves when it answers. */
  start(): Promise<void>
}

/** How a server runs as a process of this machine. */
export interface LocalServer {
  /** For messages: `Kafka`. */
  readonly name: string
  readonly address: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Another user, where the server refuses to run as root. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** Gets everything it prints. */
  readonly logFile: string
  /** Whether it serves clients already. */
  answers(): Promise<boolean>
  /** After it has stopped for good. */
  cleanUp?(): Promise<void>
}

/** Elasticsearch takes 20 s on an idle machine, and minutes where others work too. */
const START_LIMIT_MS = 600_000
const STOP_LIMIT_MS = 20_000

/** Starts a local server and waits until it answers. Rejects with the end of what it printed where it does not. */
export async function startLocalServer(server: LocalServer): Promise<StackServer> {
  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child
    child = undefined
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = once(ending, 'exit')
    signalAll(ending, signal)
    const waiting = new AbortController()
    const late = pause(STOP_LIMIT_MS, 'late' as const, { signal: waiting.signal }).catch(() => 'gone')
    if ((await Promise.race([gone, late])) === 'late') signalAll(ending, 'SIGKILL')
    waiting.abort()
    await gone
  }
  const start = async (): Promise<void> => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) return
    const started = await launch(server)
    child = started
    try {
      await waitUntilItAnswers(server, started)
    } catch (error) {
      await end('SIGKILL')
      throw error
    }
  }
  await start()
  return {
    address: server.address,
    get pid() {
      return child?.pid
    },
    kill: () => end('SIGKILL'),
    start,
    async [Symbol.asyncDispose]() {
      await end('SIGTERM')
      await server.cleanUp?.()
    },
  }
}

async function launch(server: LocalServer): Promise<ChildProcess> {
  await mkdir(dirname(server.logFile), { recursive: true })
  await using log = await open(server.logFile, 'a')
  const child = spawn(server.command, server.args, {
    cwd: server.cwd,
    env: server.env,
    // A session of its own: Ctrl-C in the terminal is for us, who stop it in order.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    ...server.owner,
  })
  if (child.pid === undefined) {
    const [error] = await once(child, 'error')
    throw new Error(`${server.name} did not start: ${String(error)}`)
  }
  const guard = guardProcess(-child.pid, 'TERM')
  child.once('exit', () => guard.release())
  return child
}

/** A server may be several processes: it leads a group of its own. */
function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // All of them have ended.
  }
}

async function waitUntilItAnswers(server: LocalServer, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS
  while (!(await server.answers())) {
    const ended = child.exitCode !== null || child.signalCode !== null
    if (ended || performance.now() > deadline)
      throw new Error(
        `${server.name} ${ended ? 'ended' : `did not answer within ${START_LIMIT_MS / 1000} s`}; ` +
          `the end of ${server.logFile}:\n${await lastLines(server.logFile)}`,
      )
    await pause(100)
  }
}

async function lastLines(file: string): Promise<string> {
  await using handle = await open(file, 'r')
  return (await handle.readFile('utf8')).split('\n').slice(-15).join('\n')
}

/** A server that somebody else runs: the environment names it, and it is not ours to stop. */
export function namedServer(address: string, variable: string): StackServer {
  const notOurs = async (): Promise<never> => {
    throw new Error(
      `${variable} names a server that is not ours to stop or start; unset it for tests that do`,
    )
  }
  return { address, pid: undefined, kill: notOurs, start: notOurs, [Symbol.asyncDispose]: async () => {} }
}

/** Where distributions of servers are kept: HEARTWOOD_STACK_DIR, else in the user's cache. */
export function stackFolder(): string {
  const { HEARTWOOD_STACK_DIR: named, XDG_CACHE_HOME: cache } = process.env
  return named || join(cache || join(homedir(), '.cache'), 'heartwood', 'stack')
}
