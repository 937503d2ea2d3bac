import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from './running-indexer.ts'

export type AppName = 'ingest' | 'indexer' | 'query' | 'archiver'

/** What the apps of one data folder are started with, a port for each that is started among it. */
export type AppEnv = Readonly<Record<string, string>>

const PORTS: Readonly<Record<AppName, string>> = {
  ingest: 'HEARTWOOD_INGEST_PORT',
  indexer: 'HEARTWOOD_INDEXER_PORT',
  query: 'HEARTWOOD_QUERY_PORT',
  archiver: 'HEARTWOOD_ARCHIVER_PORT',
}

/** An app as the supervisor starts it, that can be killed and started again on the same folder and port. */
export class AppProcess implements AsyncDisposable {
  readonly #app: AppName
  readonly #env: AppEnv
  #child: ChildProcess

  private constructor(app: AppName, env: AppEnv) {
    this.#app = app
    this.#env = env
    this.#child = this.#fork()
  }

  /** Resolves when it is ready. */
  static async start(app: AppName, env: AppEnv): Promise<AppProcess> {
    const started = new AppProcess(app, env)
    await started.#ready()
    return started
  }

  get port(): number {
    return Number(this.#env[PORTS[this.#app]])
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The process that runs now. */
  get child(): ChildProcess {
    return this.#child
  }

  async kill(): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }

  /** Asks it to stop, and gives the code it ended with. */
  async stop(): Promise<number | null> {
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exit
    return this.#child.exitCode
  }

  async startAgain(): Promise<void> {
    this.#child = this.#fork()
    await this.#ready()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill()
  }

  #fork(): ChildProcess {
    const main = fileURLToPath(new URL(`../../${this.#app}/src/main.ts`, import.meta.url))
    // A busy machine must not decide whether it ends in order.
    const env = { ...process.env, HEARTWOOD_STOP_SECONDS: '120', ...this.#env }
    return fork(main, { stdio: 'ignore', execArgv: [], env })
  }

  #ready(): Promise<void> {
    return until(`${this.#app} is ready`, async () => {
      const { exitCode, signalCode } = this.#child
      if (exitCode !== null || signalCode !== null)
        throw new Error(`${this.#app} ended: ${exitCode ?? signalCode}`)
      return (await fetch(`${this.url}/readyz`).catch(() => undefined))?.ok === true
    })
  }
}
