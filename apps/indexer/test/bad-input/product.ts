import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@heartwood/db/embedded'
import type { LogEvent } from '@heartwood/event'
import { openSegmentsReader } from '@heartwood/log-store'
import { ALL } from '@heartwood/query-lang'
import { AppProcess } from '../app-process.ts'
import { EVERYTHING, until } from '../running-indexer.ts'

const TOKEN = 'internal-token-of-the-tests'

/** Ingest and indexer as the supervisor starts them, processes of their own on one data folder. */
export interface Product extends AsyncDisposable {
  readonly ingest: AppProcess
  readonly indexer: AppProcess
  readonly dir: string
  /** All events once there are so many, by service, in the order they were sent. */
  found(events: number): Promise<ReadonlyMap<string, readonly LogEvent[]>>
}

export async function startProduct(): Promise<Product> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-bad-input-'))
  const [ingestPort, indexerPort] = await freePorts(2)
  const env = {
    HEARTWOOD_DATA_DIR: dir,
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    HEARTWOOD_RETENTION_DAYS: '36500',
    HEARTWOOD_INGEST_PORT: String(ingestPort),
    HEARTWOOD_INDEXER_PORT: String(indexerPort),
    HEARTWOOD_INDEXER_THREADS: '1',
  }
  const [ingest, indexer] = await Promise.all([
    AppProcess.start('ingest', env),
    AppProcess.start('indexer', env),
  ])
  return {
    dir,
    ingest,
    indexer,
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
      await Promise.all([ingest, indexer].map((app) => app[Symbol.asyncDispose]()))
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Resident memory of a process in MiB, as Linux counts it; undefined elsewhere. */
export async function residentMib(child: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => undefined)
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status ?? '')?.[1]
  return kib === undefined ? undefined : Number(kib) / 1024
}
