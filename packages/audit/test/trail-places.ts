import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryQueue, type QueueConsumer, type QueuePublisher } from '@heartwood/queue'
import { z } from 'zod'
import type { TrailUnderTest } from '../src/contract.ts'
import { auditTrail, OUTBOX_PARTITION, outboxConsumer, type TrailOptions } from '../src/index.ts'

export const NOW = 1_767_225_600_000_000_000n

const Log = z.looseObject({ message: z.string() })
export type Log = z.infer<typeof Log>

export function trailOver(queue: QueuePublisher, more: Partial<TrailOptions> = {}) {
  let ids = 0
  return auditTrail({
    queue,
    origin: { app: 'query', hostname: 'host-1', pid: 7, version: '0.1.0' },
    secrets: [],
    newId: () => `audit-${++ids}`,
    now: () => NOW,
    ...more,
  })
}

/** All that lies in the one partition of a queue, as logs. */
export async function logsIn(consumer: Pick<QueueConsumer, 'consume' | 'end'>): Promise<Log[]> {
  const end = await consumer.end(OUTBOX_PARTITION)
  if (end === null) return []
  const logs: Log[] = []
  const done = new AbortController()
  for await (const items of consumer.consume(OUTBOX_PARTITION, null, done.signal)) {
    for (const item of items) {
      if (item.kind !== 'record') throw new Error(item.reason)
      logs.push(Log.parse(JSON.parse(Buffer.from(item.body).toString('utf8'))))
    }
    if ((items.at(-1)?.position ?? 0n) >= end) done.abort()
  }
  return logs
}

export async function logsInOutbox(dir: string): Promise<Log[]> {
  const consumer = await outboxConsumer(dir)
  try {
    return await logsIn(consumer)
  } finally {
    await consumer.close()
  }
}

export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'heartwood-audit-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export async function memoryPlace(limitBytes?: number): Promise<TrailUnderTest & { queue: MemoryQueue }> {
  const queue = new MemoryQueue({ partitions: 1, ...(limitBytes !== undefined && { limitBytes }) })
  const trail = trailOver(queue.publisher())
  return {
    trail,
    queue,
    kept: async () => (await logsIn(queue.consumer())).map(({ message }) => message),
    [Symbol.asyncDispose]: () => trail.close(),
  }
}
