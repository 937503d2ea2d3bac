import { type DeadLetter, type RecordHeader, selectRows } from '@heartwood/event'
import {
  type IdempotentWriter,
  LogStoreError,
  memoryLogStore,
  type RefusedEvent,
  type Write,
} from '@heartwood/log-store'
import { ALL } from '@heartwood/query-lang'
import { type GroupConsumer, MemoryGroup, MemoryQueue } from '@heartwood/queue'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { startClusterIndexer } from '../src/cluster/cluster-indexer.ts'
import type { ErrorMessage } from '../src/cluster/error-events.ts'
import { EVERYTHING, jsonHeader } from './running-indexer.ts'

/** Not so long ago that the retention would take it. */
const NOW = BigInt(Date.now()) * 1_000_000n

const line = (message: string, more: Record<string, unknown> = {}) => JSON.stringify({ message, ...more })

/** A cluster in this process: a queue, a store, and indexers that come and go. */
function cluster(partitions = 4) {
  const queue = new MemoryQueue({ partitions })
  const publisher = queue.publisher()
  const group = new MemoryGroup(queue.consumer())
  const store = memoryLogStore()
  const errors: ErrorMessage[] = []
  return {
    errors,
    publish(batchId: string, lines: readonly string[], more: Partial<RecordHeader> = {}) {
      const body = Buffer.from(lines.join('\n'))
      const header = { ...jsonHeader(batchId, lines.length, body.length), received_at: String(NOW), ...more }
      return publisher.publish(undefined, header, body)
    },
    /** @param wrap what stands between the indexer and the store */
    start(
      wrap: (writer: IdempotentWriter) => IdempotentWriter = (writer) => writer,
      commits: 'commits' | 'never commits' = 'commits',
    ) {
      const member = group.member({ group: 'indexer', retryMillis: 5 })
      const consumer: GroupConsumer =
        commits === 'commits' ? member : { ...member, commit: () => Promise.resolve(false) }
      const writer = wrap(store.openIdempotentWriter())
      const metrics = new Registry()
      const notReady = new Map<string, string>()
      const indexer = startClusterIndexer({
        consumer,
        writer,
        errors: {
          async write(messages) {
            errors.push(...messages)
          },
        },
        log: pino({ level: 'silent' }),
        now: () => BigInt(Date.now()) * 1_000_000n,
        metrics,
        notReady,
        graceMillis: 50,
      })
      return { indexer, metrics, notReady, [Symbol.asyncDispose]: () => indexer.stop() }
    },
    async dismissAll() {
      await store.openIdempotentWriter().dismissDeadLetters({})
    },
    async found(): Promise<{ ids: string[]; deadLetters: DeadLetter[] }> {
      const reader = store.openReader()
      const { events } = await reader.search({ query: ALL, range: EVERYTHING, limit: 10_000 })
      const { items } = await reader.deadLetters({ limit: 1_000 })
      return { ids: events.map(({ id }) => id).sort(), deadLetters: items }
    },
  }
}

/** The machine may have other work. */
const eventually = <T>(found: () => T) => expect.poll(found, { timeout: 20_000, interval: 10 })

const idsOf = (batchId: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${batchId}-${String(index).padStart(6, '0')}`)

test('two indexers share the partitions, also while one goes and another comes: each event is there once', async () => {
  const at = cluster()
  const expected: string[] = []
  const publish = async (round: string) => {
    for (let batch = 0; batch < 20; batch++) {
      await at.publish(`${round}${batch}`, [line('one'), line('two')])
      expected.push(...idsOf(`${round}${batch}`, 2))
    }
  }
  await using _one = at.start()
  const two = at.start()
  await publish('a')
  await two.indexer.stop()
  await publish('b')
  await using _three = at.start()
  await publish('c')
  await eventually(async () => (await at.found()).ids).toEqual(expected.sort())
})

test('what was stored and not committed comes again and changes nothing, also where its dead letters were dismissed', async () => {
  const at = cluster(1)
  const refuses = (writer: IdempotentWriter) => refusing(writer, 'poison')
  await at.publish('a', [line('kept'), line('poison')])
  await at.publish('c', [line('poison'), line('kept')], { client_batch: false })
  const dying = at.start(refuses, 'never commits')
  await eventually(async () => (await at.found()).deadLetters.length).toBe(2)
  await dying.indexer.stop()
  await at.dismissAll()
  await using _again = at.start(refuses)
  await at.publish('d', [line('next')])
  await eventually(async () => (await at.found()).ids).toEqual(['a-000000', 'c-000001', 'd-000000'])
  expect((await at.found()).deadLetters).toEqual([])
})

test('a resend under the same batch id is absorbed, also when it was received on another day', async () => {
  const at = cluster(1)
  await using started = at.start()
  await at.publish('a', [line('one')])
  await eventually(async () => (await at.found()).ids).toEqual(idsOf('a', 1))
  const tomorrow = String(NOW + 86_400_000_000_000n)
  await at.publish('a', [line('one')], { received_at: tomorrow })
  await at.publish('b', [line('two')])
  await eventually(async () => (await at.found()).ids).toEqual([...idsOf('a', 1), ...idsOf('b', 1)])
  expect(started.indexer.batch('a')).toMatchObject({ state: 'searchable', receipt: { events: 1 } })
  await eventually(() => metric(started.metrics, 'heartwood_indexer_absorbed_batches_total')).toBe(1)
  await eventually(() => metric(started.metrics, 'heartwood_indexer_events_total')).toBe(2)
})

test('of records that are read together only those are absorbed that the store has whole', async () => {
  const at = cluster(1)
  const first = at.start()
  await at.publish('a', [line('one'), line('two')])
  await at.publish('c', [line('one')])
  await eventually(async () => (await at.found()).ids).toEqual([...idsOf('a', 2), ...idsOf('c', 1)])
  await first.indexer.stop()
  const tomorrow = { received_at: String(NOW + 86_400_000_000_000n) }
  await at.publish('b', [line('three'), line('four')])
  await at.publish('a', [line('one'), line('two')], tomorrow)
  await at.publish('d', [line('five')])
  await at.publish('c', [line('one')], tomorrow)
  await at.publish('e', [line('six')])
  await using again = at.start()
  const expected = [...idsOf('a', 2), ...idsOf('b', 2), ...['c', 'd', 'e'].flatMap((id) => idsOf(id, 1))]
  await eventually(async () => (await at.found()).ids).toEqual(expected)
  await eventually(() => metric(again.metrics, 'heartwood_indexer_absorbed_batches_total')).toBe(2)
  await eventually(() => metric(again.metrics, 'heartwood_indexer_events_total')).toBe(4)
})

test('an event that the store refuses is a dead letter that can be replayed, and its neighbours are stored', async () => {
  const at = cluster(1)
  await using _started = at.start((writer) => refusing(writer, 'poison'))
  await at.publish('a', [line('good'), line('poison'), line('good too')])
  await eventually(async () => (await at.found()).deadLetters.length).toBe(1)
  const { ids, deadLetters } = await at.found()
  expect(ids).toEqual(['a-000000', 'a-000002'])
  expect(deadLetters[0]).toMatchObject({
    id: 'a-000001',
    step: 'store',
    reason: 'not this one',
    sample: line('poison'),
    original: { body: Buffer.from(line('poison')).toString('base64') },
  })
})

test('an error that its topic has no room for can be told without what was received, and is otherwise the same', async () => {
  const at = cluster()
  await using _started = at.start()
  const received = '2026-11-26T03:00:00Z ERROR card declined'
  await at.publish('b', [received], { door: 'text', framing: 'text' })
  await eventually(() => at.errors.length).toBe(1)
  const [whole, shortened] = [at.errors[0]?.value, at.errors[0]?.shortened()].map((value): unknown =>
    JSON.parse(Buffer.from(value ?? []).toString()),
  )
  expect(whole).toMatchObject({ raw: received })
  expect(shortened).not.toHaveProperty('raw')
  expect(Object.assign({ raw: received }, shortened)).toEqual(whole)
})

test('errors are told in their topic once they are stored, by service, and nothing else is', async () => {
  const at = cluster(1)
  await using _started = at.start((writer) => refusing(writer, 'poison'))
  await at.publish('a', [
    line('fine', { level: 'info', service: 'cart' }),
    line('broken', { level: 'error', service: 'cart' }),
    line('poison', { level: 'fatal', service: 'cart' }),
  ])
  await eventually(() => at.errors.length).toBe(1)
  const [message] = at.errors
  expect(message?.key).toBe('cart')
  expect(JSON.parse(Buffer.from(message?.value ?? []).toString())).toMatchObject({
    id: 'a-000001',
    level: 'error',
    message: 'broken',
  })
})

test('a store that takes nothing stops the reading within the room there is, and nothing is lost', async () => {
  const at = cluster(6)
  const opened = Promise.withResolvers<void>()
  let writes = 0
  await using _started = at.start((writer) => ({
    ...bound(writer),
    async write(write, signal) {
      writes++
      await Promise.race([opened.promise, aborted(signal)])
      return writer.write(write, signal)
    },
  }))
  // Each takes more than a third of the room, in a partition of its own.
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const large = Array.from({ length: 90 }, (_, index) => line(`${index} ${'x'.repeat(100_000)}`))
  for (const name of names) await at.publish(name, large)
  await eventually(() => writes).toBe(2)
  opened.resolve()
  await eventually(async () => (await at.found()).ids).toEqual(names.flatMap((name) => idsOf(name, 90)))
})

test('stopped while the store does not answer, an indexer ends soon and another stores what it had', async () => {
  const at = cluster(1)
  const stuck = at.start((writer) => ({
    ...bound(writer),
    write: (_write, signal) => aborted(signal),
  }))
  await at.publish('a', [line('one')])
  await eventually(() => stuck.indexer.batch('a')?.state).toBe('queued')
  await stuck.indexer.stop()
  await using _next = at.start()
  await eventually(async () => (await at.found()).ids).toEqual(idsOf('a', 1))
}, 20_000)

test('a tail sees what comes while the store takes nothing and does not say what it has', async () => {
  const at = cluster(1)
  await using started = at.start((writer) => ({
    ...bound(writer),
    write: (_write, signal) => aborted(signal),
    receipts: (_ids, signal) => aborted(signal),
  }))
  const tail = await started.indexer.tails.open('*')
  let shown = ''
  tail.stream.on('data', (text) => {
    shown += String(text)
  })
  for (const id of ['a', 'b', 'c']) {
    await at.publish(id, [line('one')])
    await eventually(() => shown).toContain(`${id}-000000`)
  }
  expect((await at.found()).ids).toEqual([])
  tail.stream.destroy()
})

test('what is stored behind something that is not is not committed: whoever comes next reads both', async () => {
  const at = cluster(1)
  const stored: string[] = []
  const first = at.start((writer) => ({
    ...bound(writer),
    async write(write, signal) {
      const id = write.events.id.values.at(1)
      if (id === 'a-000000') await aborted(signal)
      await writer.write(write, signal)
      stored.push(id)
    },
  }))
  await at.publish('a', [line('one')])
  await eventually(() => first.indexer.batch('a')?.state).toBe('queued')
  await at.publish('b', [line('two')])
  await eventually(() => stored).toEqual(['b-000000'])
  await first.indexer.stop()
  await using _next = at.start()
  await eventually(async () => (await at.found()).ids).toEqual(['a-000000', 'b-000000'])
})

test('a store that fails at something for no reason it knows is asked again, and nothing is doubled or left out', async () => {
  const at = cluster(1)
  let failures = 0
  await using started = at.start((writer) => ({
    ...bound(writer),
    async write(write, signal) {
      if (write.events.id.values.at(1) === 'a-000000' && failures++ < 1) throw new Error('a surprise')
      await writer.write(write, signal)
    },
  }))
  await at.publish('a', [line('one')])
  await at.publish('b', [line('two')])
  await eventually(() => started.indexer.batch('a')?.state).toBe('searchable')
  await eventually(() => started.indexer.batch('b')?.state).toBe('searchable')
  expect((await at.found()).ids).toEqual(['a-000000', 'b-000000'])
  await eventually(() => metric(started.metrics, 'heartwood_indexer_events_total')).toBe(2)
})

/** A writer whose store refuses the events with this message. */
function refusing(writer: IdempotentWriter, message: string): IdempotentWriter {
  return {
    ...bound(writer),
    async write({ events, settle }: Write, signal) {
      const messages = events.text.get('message')
      const rows = Array.from({ length: events.length }, (_, row) => row)
      const isRefused = (row: number) => messages?.values.at(messages.codes[row] ?? 0) === message
      const refused = rows.filter(isRefused).map((row): RefusedEvent => ({ row, reason: 'not this one' }))
      const kept = selectRows(events, Uint32Array.from(rows.filter((row) => !isRefused(row))))
      await writer.write({ events: kept, settle: () => settle(refused) }, signal)
    },
  }
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new LogStoreError('closed', 'called off')), { once: true })
  })
}

function bound(writer: IdempotentWriter): IdempotentWriter {
  return {
    write: (write, signal) => writer.write(write, signal),
    receipts: (ids, signal) => writer.receipts(ids, signal),
    delete: (request) => writer.delete(request),
    enforceRetention: (now) => writer.enforceRetention(now),
    dismissDeadLetters: (filter) => writer.dismissDeadLetters(filter),
    stats: () => writer.stats(),
    close: () => writer.close(),
  }
}

async function metric(registry: Registry, name: string): Promise<number | undefined> {
  const values = await registry.getSingleMetric(name)?.get()
  return values?.values[0]?.value
}
