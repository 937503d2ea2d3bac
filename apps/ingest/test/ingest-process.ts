import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '@heartwood/db/embedded'
import { vi } from 'vitest'

export interface IngestProcess extends AsyncDisposable {
  readonly child: ChildProcess
  readonly url: string
  ended(): Promise<number | NodeJS.Signals | null>
}

/** The ingest app as a process of its own, on a free port, once it is ready. */
export async function ingestProcess(
  dir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<IngestProcess> {
  const port = await freePort()
  const child = fork(join(import.meta.dirname, '../src/main.ts'), {
    execArgv: [],
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      HEARTWOOD_INTERNAL_TOKEN: 'internal-token-of-the-test',
      HEARTWOOD_DATA_DIR: dir,
      HEARTWOOD_INGEST_PORT: String(port),
      // A busy machine must not decide whether it ends in order.
      HEARTWOOD_STOP_SECONDS: '120',
      ...env,
    },
  })
  const exit = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/readyz`)
      .then(({ ok }) => ok)
      .catch(() => false)
  await vi.waitUntil(isReady, { timeout: 60_000, interval: 50 })
  return {
    child,
    url,
    async ended() {
      const [code, signal] = (await exit) as [number | null, NodeJS.Signals | null]
      return code ?? signal
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exit
    },
  }
}
