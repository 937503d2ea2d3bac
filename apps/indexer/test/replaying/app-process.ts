import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { until } from '../running-indexer.ts'

export type AppName = 'ingest' | 'indexer' | 'query'

/** What the apps of one data folder are started with. */
export type AppEnv = Readonly<Record<string, string>> & {
  readonly HEARTWOOD_INGEST_PORT: string
  readonly HEARTWOOD_INDEXER_PORT: string
  readonly HEARTWOOD_QUERY_PORT: string
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

  get url(): string {
    const { HEARTWOOD_INGEST_PORT, HEARTWOOD_INDEXER_PORT, HEARTWOOD_QUERY_PORT } = this.#env
    const ports = {
      ingest: HEARTWOOD_INGEST_PORT,
      indexer: HEARTWOOD_INDEXER_PORT,
      query: HEARTWOOD_QUERY_PORT,
    }
    return `http://127.0.0.1:${ports[this.#app]}`
  }

  async kill(): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }

  async startAgain(): Promise<void> {
    this.#child = this.#fork()
    await this.#ready()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill()
  }

  #fork(): ChildProcess {
    const main = fileURLToPath(new URL(`../../../${this.#app}/src/main.ts`, import.meta.url))
    return fork(main, { stdio: 'ignore', execArgv: [], env: { ...process.env, ...this.#env } })
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

export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}
