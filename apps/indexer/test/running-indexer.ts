import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeadLetter, LogEvent, RecordHeader } from '@heartwood/event'
import { type LogReader, type LogWriter, openSegmentsReader, openSegmentsWriter } from '@heartwood/log-store'
import { STANDARD_STEPS, type Step } from '@heartwood/pipeline'
import { ALL } from '@heartwood/query-lang'
import {
  openDiskConsumer,
  openDiskPublisher,
  type QueueConsumer,
  type QueuePublisher,
} from '@heartwood/queue'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { type Indexer, type IndexerOptions, startIndexer } from '../src/indexer.ts'
import { workersBesideMain } from '../src/workers/beside-main.ts'
import { workersInThreads } from '../src/workers/in-threads.ts'
import type { WorkerLimits } from '../src/workers/worker-limits.ts'

export const RECEIVED = 1_718_452_800_000_000_000n
export const EVERYTHING = { from: -(2n ** 63n), to: 2n ** 63n - 1n }

/** A data folder with a queue that the test publishes into. Indexers come and go on it. */
export interface DataFolder extends AsyncDisposable {
  readonly dir: string
  readonly queueDir: string
  readonly publisher: QueuePublisher
  /** As if ingest had started again: new queue files. */
  reopenPublisher(): Promise<void>
  /** Publishes lines of JSON under a batch id; the key decides the partition. */
  publish(batchId: string, lines: readonly string[], key?: string): Promise<void>
  /** Everything that is found, by id, and the dead letters. */
  found(): Promise<{ events: LogEvent[]; deadLetters: DeadLetter[] }>
  reader(): Promise<LogReader & AsyncDisposable>
}

/** @param from the folder that it begins as a copy of; empty without one */
export async function dataFolder(from?: string): Promise<DataFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-indexer-'))
  if (from !== undefined) await cp(from, dir, { recursive: true })
  const queueDir = join(dir, 'queue')
  const open = () => openDiskPublisher({ dir: queueDir, partitions: 2, reserveBytes: 0 })
  let publisher = await open()
  const reader = async () => {
    const opened = await openSegmentsReader({ dir: join(dir, 'store') })
    return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() })
  }
  return {
    dir,
    queueDir,
    get publisher() {
      return publisher
    },
    async reopenPublisher() {
      await publisher.close()
      publisher = await open()
    },
    async publish(batchId, lines, key = 'sender') {
      const body = Buffer.from(lines.join('\n'))
      await publisher.publish(key, jsonHeader(batchId, lines.length, body.length), body)
    },
    async found() {
      await using opened = await reader()
      await opened.refresh()
      const { events } = await opened.search({ query: ALL, range: EVERYTHING, limit: 10_000 })
      const { items } = await opened.deadLetters({ limit: 1000 })
      return { events: [...events].sort((a, b) => (a.id < b.id ? -1 : 1)), deadLetters: items }
    },
    reader,
    async [Symbol.asyncDispose]() {
      await publisher.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export function jsonHeader(batchId: string, records: number, bytes: number): RecordHeader {
  return {
    version: 1,
    door: 'json',
    framing: 'ndjson',
    encoding: 'identity',
    received_at: String(RECEIVED),
    batch_id: batchId,
    client_batch: true,
    defaults: {},
    records,
    refused: [],
    bytes,
  }
}

export interface RunningIndexer extends AsyncDisposable {
  readonly indexer: Indexer
  readonly writer: LogWriter
  readonly consumer: QueueConsumer
  readonly metrics: Registry
  readonly notReady: Map<string, string>
}

/** Limits under which everything is committed soon. */
export const SOON: WorkerLimits = {
  limits: {
    rows: 1000,
    bytes: 1024 * 1024,
    cells: 1_000_000,
    millis: 20,
    letterMillis: 20,
    showMillis: 5,
  },
  memory: { rows: 10_000, bytes: 64 * 1024 * 1024 },
  tails: { ring: 2000, perSecond: 10_000 },
  retryMillis: { first: 5, most: 20 },
}

/** Under which nothing is committed unless it is asked for; what is read is shown soon. */
export const LATER: WorkerLimits = { ...SOON, limits: { ...SOON.limits, millis: 600_000 } }

/** Under which what is read is seen by nobody before its commit. */
export const UNSEEN: WorkerLimits = { ...SOON, limits: { ...SOON.limits, showMillis: 600_000 } }

export interface RunOptions {
  /** Puts something between the indexer and the real store or queue. */
  readonly writer?: (real: LogWriter) => LogWriter
  readonly consumer?: (real: QueueConsumer) => QueueConsumer
  readonly steps?: readonly Step[]
  readonly limits?: WorkerLimits
  readonly tails?: IndexerOptions['tails']
  readonly notReady?: Map<string, string>
  /** Workers in threads of their own, which take neither steps nor what is put between. */
  readonly threads?: true
}

/** An indexer with the real queue and the real store. */
export async function runIndexer(folder: DataFolder, options: RunOptions = {}): Promise<RunningIndexer> {
  const { limits = SOON, tails } = options
  const opened = await openSegmentsWriter({
    dir: join(folder.dir, 'store'),
    retentionDays: 36_500,
    maxBytes: 1e12,
  })
  const real = await openDiskConsumer({ dir: folder.queueDir })
  const writer = options.writer?.(opened) ?? opened
  const consumer = options.consumer?.(real) ?? real
  const metrics = new Registry()
  const notReady = options.notReady ?? new Map<string, string>()
  const beside = {
    consumer,
    appender: writer,
    steps: options.steps ?? STANDARD_STEPS,
    now: () => RECEIVED,
    ...limits,
    ...(tails && { tails: tails.limits }),
  }
  const indexer = startIndexer({
    partitions: consumer.partitions,
    workers: 2,
    startWorker: options.threads
      ? workersInThreads({ queueDir: folder.queueDir, limits, writer: opened })
      : workersBesideMain(beside),
    writer,
    log: pino({ level: 'silent' }),
    now: () => RECEIVED,
    metrics,
    notReady,
    ...(tails && { tails }),
  })
  // A test that expects the end looks at `done` itself.
  indexer.done.catch(() => undefined)
  return {
    indexer,
    writer,
    consumer,
    metrics,
    notReady,
    async [Symbol.asyncDispose]() {
      await indexer.stop()
      await real.close()
      await opened.close()
    },
  }
}

/** Waits until `condition` holds, for at most a minute and a half. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 180_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Waits until everything published so far is committed. */
export async function indexed(run: RunningIndexer): Promise<void> {
  for (let partition = 0; partition < run.consumer.partitions; partition++) {
    const end = await run.consumer.end(partition)
    if (end === null) continue
    await until(`partition ${partition} is committed up to ${end}`, () => {
      const position = run.writer.position(partition)
      return position !== null && position >= end
    })
  }
}

/** The value of a metric without labels, or of one with these. */
export async function metric({ metrics }: RunningIndexer, name: string, labels = ''): Promise<number> {
  const text = await metrics.metrics()
  const start = `heartwood_indexer_${name}${labels} `
  const line = text.split('\n').find((one) => one.startsWith(start))
  return Number(line?.slice(start.length) ?? Number.NaN)
}

/** A writer whose `append` is another; all else is the real one's. */
export function withAppend(real: LogWriter, append: LogWriter['append']): LogWriter {
  return {
    append,
    show: (show) => real.show(show),
    onFlush: (listener) => real.onFlush(listener),
    position: (partition) => real.position(partition),
    seenBatches: (partition, batchIds) => real.seenBatches(partition, batchIds),
    check: (events) => real.check(events),
    delete: (request) => real.delete(request),
    dismissDeadLetters: (filter) => real.dismissDeadLetters(filter),
    enforceRetention: (at) => real.enforceRetention(at),
    maintain: () => real.maintain(),
    stats: () => real.stats(),
    close: () => real.close(),
  }
}
