import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LogEvent } from '@heartwood/event'
import { openSegmentsReader } from '@heartwood/log-store'
import { ALL } from '@heartwood/query-lang'
import { EVERYTHING, until } from '../running-indexer.ts'

const TOKEN = 'internal-token-of-the-tests'

/** Ingest and indexer as the supervisor starts them, processes of their own on one data folder. */
export interface Product extends AsyncDisposable {
  readonly ingest: { readonly url: string; readonly port: number; readonly child: ChildProcess }
  readonly indexer: { readonly child: ChildProcess }
  readonly dir: string
  /** All events once there are so many, by service, in the order they were sent. */
  found(events: number): Promise<ReadonlyMap<string, readonly LogEvent[]>>
}

export async function startProduct(): Promise<Product> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-bad-input-'))
  const [ingestPort, indexerPort] = [await freePort(), await freePort()]
  const env = {
    ...process.env,
    HEARTWOOD_DATA_DIR: dir,
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    HEARTWOOD_RETENTION_DAYS: '36500',
    HEARTWOOD_INGEST_PORT: String(ingestPort),
    HEARTWOOD_INDEXER_PORT: String(indexerPort),
    HEARTWOOD_INDEXER_THREADS: '1',
  }
  const children = ['../../../ingest/src/main.ts', '../../src/main.ts'].map((main) =>
    fork(fileURLToPath(new URL(main, import.meta.url)), { stdio: 'ignore', execArgv: [], env }),
  )
  const [ingest, indexer] = children
  if (ingest === undefined || indexer === undefined) throw new Error('two processes were started')
  for (const port of [ingestPort, indexerPort]) await until('both are ready', () => isReady(port))
  return {
    dir,
    ingest: { url: `http://127.0.0.1:${ingestPort}`, port: ingestPort, child: ingest },
    indexer: { child: indexer },
    async found(events) {
      const reader = await openSegmentsReader({ dir: join(dir, 'store') })
      try {
        let found: readonly LogEvent[] = []
        await until(`${events} events are found`, async () => {
          await reader.refresh()
          found = (await reader.search({ query: ALL, range: EVERYTHING, limit: 10_000 })).events
          return found.length >= events
        })
        return Map.groupBy(
          [...found].sort((a, b) => (a.id < b.id ? -1 : 1)),
          ({ service }) => service ?? '',
        )
      } finally {
        await reader.close()
      }
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resident memory of a process in MiB, as Linux counts it; undefined elsewhere. */
export async function residentMib(child: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => undefined)
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status ?? '')?.[1]
  return kib === undefined ? undefined : Number(kib) / 1024
}
