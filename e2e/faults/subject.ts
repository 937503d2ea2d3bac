import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type AppName,
  gone,
  type HeartwoodProcess,
  type StartOptions,
  signalIfAlive,
  startHeartwood,
} from '../heartwood-process.ts'
import { flipBit, tearLastRecord } from './damage.ts'
import type { Fault } from './fault.ts'

const APPS: readonly AppName[] = ['ingest', 'indexer', 'query', 'web']

/** The Heartwood that is being broken: survives its own restarts, always on the same data folder and ports. */
export class Subject {
  #process: HeartwoodProcess
  readonly #options: StartOptions
  #earlierOutput = ''

  private constructor(process: HeartwoodProcess, options: StartOptions) {
    this.#process = process
    this.#options = options
  }

  static async start(options: Omit<StartOptions, 'apps'>): Promise<Subject> {
    const full = { ...options, apps: APPS }
    return new Subject(await startHeartwood(full), full)
  }

  get ingestUrl(): string {
    return this.#process.ingestUrl
  }
  get webUrl(): string {
    return this.#process.webUrl
  }
  output(): string {
    return this.#earlierOutput + this.#process.output()
  }
  async stop(): Promise<void> {
    await this.#process.stop()
  }

  /** After `stop`, on the same data folder and ports. */
  startAgain(): Promise<void> {
    return this.#restart()
  }

  async breakIt(fault: Fault, random: () => number): Promise<void> {
    await delay(100 + random() * 700)
    switch (fault) {
      case 'kill ingest':
        return this.#killApp('ingest')
      case 'kill indexer':
        return this.#killApp('indexer')
      case 'kill query':
        return this.#killApp('query')
      case 'kill supervisor':
        await this.#process.kill('supervisor')
        return this.#restart()
      case 'kill all':
        await this.#process.kill('all')
        return this.#restart()
      case 'tear the last record':
        await this.#process.kill('all')
        await tearLastRecord(join(this.#options.dataDir, 'queue'))
        return this.#restart()
      case 'flip a bit':
        await this.#letQueueGrow(random)
        await this.#process.kill('all')
        await flipBit(join(this.#options.dataDir, 'queue'), random)
        return this.#restart()
      case 'two indexers':
        return this.#secondIndexer()
    }
  }

  /** Waits for another process of the app, started by the supervisor. */
  async #killApp(app: AppName): Promise<void> {
    const pid = this.#process.pids().get(app)
    if (pid !== undefined) {
      signalIfAlive(pid, 'SIGKILL')
      await gone([pid])
    }
    await this.#appRuns(app, pid)
  }

  async #appRuns(app: AppName, before: number | undefined): Promise<void> {
    const deadline = Date.now() + 30_000
    for (;;) {
      const now = this.#process.pids().get(app)
      if (now !== undefined && now !== before) return
      if (Date.now() > deadline) throw new Error(`${app} was not restarted within 30 s`)
      await delay(20)
    }
  }

  async #restart(): Promise<void> {
    this.#earlierOutput = this.output().slice(-100_000)
    this.#process = await startHeartwood(this.#options)
  }

  /** Stops the indexer's clock for a moment, so that accepted records wait in the queue. */
  async #letQueueGrow(random: () => number): Promise<void> {
    const pid = this.#process.pids().get('indexer')
    if (pid !== undefined) signalIfAlive(pid, 'SIGSTOP')
    await delay(200 + random() * 300)
  }

  /** Starts a second indexer on the same folder, as an operator's mistake would; one of the two must give way. */
  async #secondIndexer(): Promise<void> {
    const pid = this.#process.pids().get('indexer')
    if (pid === undefined) return
    const env = environmentOf(pid)
    const second = spawn(process.execPath, ['apps/indexer/src/main.ts'], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: 'ignore',
      env: { ...env, HEARTWOOD_INDEXER_PORT: String(this.#options.ports.first + 40) },
    })
    await delay(1_500)
    await ended(second)
    await this.#appRuns('indexer', undefined)
  }
}

/** The environment another process was started with (Linux; elsewhere a second indexer is refused for lack of it). */
function environmentOf(pid: number): NodeJS.ProcessEnv {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
}
