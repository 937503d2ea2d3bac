import { connect, type Socket } from 'node:net'
import { type AuditEvent, memoryTrail, repeatTrail } from '@heartwood/audit'
import { decodeRecord } from '@heartwood/doors'
import type { EventBatch } from '@heartwood/event'
import { MemoryQueue, type QueueItem, type QueuePublisher } from '@heartwood/queue'
import { type App, startApp } from '@heartwood/runtime'
import { Registry } from 'prom-client'
import { ingestServer } from '../src/ingest-server.ts'

/** 2025-06-15T15:06:40Z */
export const NOW = 1_750_000_000_000_000_000n

export interface RunningIngest extends AsyncDisposable {
  readonly app: App
  readonly url: string
  readonly port: number
  post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Record<string, string>,
  ): Promise<Response>
  /** A bare connection, for requests no client would make. */
  connect(): Socket
  /** The queue's records so far. */
  records(): Promise<Extract<QueueItem, { kind: 'record' }>[]>
  batches(): Promise<EventBatch[]>
  /** What was audited so far. */
  readonly audited: readonly AuditEvent[]
}

export interface IngestSetup {
  readonly env?: Record<string, string>
  readonly publisher?: QueuePublisher
  readonly queue?: MemoryQueue
  readonly bufferBytes?: number
  readonly bodyTimeout?: number
}

/** A real ingest server on a free port, in front of a queue in memory unless told otherwise. */
export async function runningIngest(setup: IngestSetup = {}): Promise<RunningIngest> {
  const app = appWith(setup.env ?? {})
  const queue = setup.queue ?? new MemoryQueue({ partitions: 4 })
  const trail = memoryTrail()
  const refusals = repeatTrail(trail, () => 0)
  const { server } = ingestServer(app, {
    host: '127.0.0.1',
    port: 0,
    publisher: setup.publisher ?? queue.publisher(),
    now: () => NOW,
    bufferBytes: setup.bufferBytes ?? 256 * 1024 * 1024,
    bodyTimeout: setup.bodyTimeout ?? 30_000,
    refusals,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  const records = () => recordsOf(queue)
  return {
    app,
    url,
    port: address.port,
    post: (path, body, headers = {}) => fetch(url + path, { method: 'POST', headers, body }),
    connect: () => connect(address.port, '127.0.0.1'),
    records,
    async batches() {
      const decoded = (await records()).map(({ header, body }) => decodeRecord(header, body, NOW))
      return (await Promise.all(decoded)).map(({ batch }) => batch)
    },
    audited: trail.events,
    async [Symbol.asyncDispose]() {
      await refusals[Symbol.asyncDispose]()
      server.server.closeAllConnections()
      await server.close()
    },
  }
}

const apps = new Map<string, App>()

/** What an app process has, with metrics of its own. startApp listens to the process, so each setting starts once. */
function appWith(env: Record<string, string>): App {
  const key = JSON.stringify(env)
  let app = apps.get(key)
  if (app === undefined) {
    app = startApp('ingest', { HEARTWOOD_INTERNAL_TOKEN: 'internal-token-of-the-test', ...env })
    app.log.level = 'silent'
    apps.set(key, app)
  }
  return { ...app, metrics: new Registry() }
}

async function recordsOf(queue: MemoryQueue): Promise<Extract<QueueItem, { kind: 'record' }>[]> {
  const consumer = queue.consumer()
  const found: Extract<QueueItem, { kind: 'record' }>[] = []
  for (let partition = 0; partition < consumer.partitions; partition++) {
    const end = await consumer.end(partition)
    if (end === null) continue
    for await (const items of consumer.consume(partition, null, AbortSignal.timeout(10_000))) {
      for (const item of items) if (item.kind === 'record') found.push(item)
      if ((items.at(-1)?.position ?? 0n) >= end) break
    }
  }
  await consumer.close()
  return found
}

/** Everything a bare connection answers until it ends. */
export async function answerOf(socket: Socket): Promise<string> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of socket) pieces.push(piece as Buffer)
  } catch {
    // Reset after the answer: what came before counts.
  }
  return Buffer.concat(pieces).toString('latin1')
}
