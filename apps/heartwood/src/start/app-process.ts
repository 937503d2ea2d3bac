import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { backoff } from './backoff.ts'
import { Refusal } from './refusal.ts'

/** An app to run: a script for our own Node. */
export interface AppSpec {
  /** Of this process. */
  readonly name: string
  /** What it is one of. */
  readonly app: string
  readonly script: string
  /** For Node itself, before the script; those of this process do not count. */
  readonly nodeArgs: readonly string[]
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Answers 200 once the app does its work. */
  readonly readyUrl: string
  /** Ended by itself with exit code 0 it is done, and is not started again. */
  readonly mayEnd: boolean
  /** How long it may take from SIGTERM to its end, milliseconds; then SIGKILL. */
  readonly stopMs: number
}

export interface AppProcess {
  readonly name: string
  readonly app: string
  /** Undefined while it is between a crash and the next start. */
  readonly pid: number | undefined
  /** Resolves when it is ready for the first time; rejects with a Refusal if it never gets there. */
  ready(): Promise<void>
  /** Ends it in order, within `stopMs`. It is not started again. */
  stop(): Promise<void>
  /** Ends it at once. */
  kill(): void
}

export interface Watcher {
  /** A line that the app wrote. */
  line(app: string, text: string): void
  /** Something to say about the app. */
  say(text: string): void
  /** The process numbers have changed. */
  changed(): void
}

/** A first start that crashes this often in a row is given up. */
const FIRST_START_TRIES = 3
const READY_LIMIT_MS = 90_000
const READY_POLL_MS = 30
/** In the words of `endOf`. */
const CLEAN_END = 'exit code 0'

/**
 * Runs an app and starts it again when it ends unasked, with a growing pause. The app is in a session of its own, so that
 * Ctrl-C in the terminal reaches only the supervisor, which decides the order; the IPC channel tells it when we are gone.
 */
export function runApp(spec: AppSpec, watcher: Watcher): AppProcess {
  const pauses = backoff()
  const stopping = new AbortController()
  const gaveUp = new AbortController()
  let child: ChildProcess | undefined
  let wasReady = false
  let isDone = false
  let tries = 0

  const running = (async () => {
    while (!stopping.signal.aborted) {
      const started = performance.now()
      tries++
      child = start(spec, watcher)
      watcher.changed()
      const end = await endOf(child)
      child = undefined
      watcher.changed()
      if (stopping.signal.aborted) return
      if (spec.mayEnd && end === CLEAN_END) {
        isDone = true
        watcher.say(`${spec.name} has nothing more to do`)
        return
      }
      if (!wasReady && tries >= FIRST_START_TRIES) {
        gaveUp.abort(new Refusal(`${spec.name} does not start (${end}); its last lines are above.`))
        return
      }
      const wait = pauses.next(performance.now() - started)
      watcher.say(`${spec.name} ended unexpectedly (${end}); starting it again in ${wait / 1000} s`)
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()

  return {
    name: spec.name,
    app: spec.app,
    get pid() {
      return child?.pid
    },
    async ready() {
      const limit = AbortSignal.timeout(READY_LIMIT_MS)
      const giveUp = AbortSignal.any([limit, gaveUp.signal, stopping.signal])
      while (!isDone && !(await answersReady(spec.readyUrl))) {
        if (gaveUp.signal.aborted) throw gaveUp.signal.reason
        if (stopping.signal.aborted) throw new Refusal(`${spec.name} was stopped before it was ready.`)
        if (limit.aborted) {
          throw new Refusal(
            `${spec.name} is not ready after ${READY_LIMIT_MS / 1000} s: ${await reasons(spec)}.`,
          )
        }
        await pause(READY_POLL_MS, undefined, { signal: giveUp }).catch(() => {})
      }
      wasReady = true
    },
    async stop() {
      stopping.abort()
      const current = child
      if (current !== undefined) {
        current.kill('SIGTERM')
        const tooLong = setTimeout(() => {
          watcher.say(`${spec.name} did not stop within ${spec.stopMs / 1000} s, ending it`)
          current.kill('SIGKILL')
        }, spec.stopMs)
        await running
        clearTimeout(tooLong)
      }
      await running
    },
    kill() {
      stopping.abort()
      child?.kill('SIGKILL')
    },
  }
}

function start(spec: AppSpec, watcher: Watcher): ChildProcess {
  const child = fork(spec.script, spec.args, {
    env: spec.env,
    execArgv: [...spec.nodeArgs],
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null)
      createInterface({ input: stream }).on('line', (text) => watcher.line(spec.name, text))
  }
  return child
}

/** Waits for the end with all output read; how it ended, in words. */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'close')
    return typeof signal === 'string' ? signal : `exit code ${code}`
  } catch (error) {
    return String(error)
  }
}

async function answersReady(url: string): Promise<boolean> {
  return (await getReadiness(url))?.ok === true
}

/** What /readyz names as missing. */
async function reasons(spec: AppSpec): Promise<string> {
  return (await getReadiness(spec.readyUrl))?.body ?? 'it does not answer'
}

/** By node:http, since `fetch` costs the supervisor 15 MB. */
async function getReadiness(url: string): Promise<{ ok: boolean; body: string } | undefined> {
  try {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(5_000) })
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject)
    })
    return { ok: response.statusCode === 200, body: await text(response) }
  } catch {
    return undefined
  }
}
