import { TailLogs, TailStats } from '@heartwood/api'
import { concatBatches, EventBatchBuilder } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ReadBatch, recordWithout } from '../src/groups/read-batch.ts'
import { Allowance } from '../src/tails/allowance.ts'
import { TailHub, type TailWorker } from '../src/tails/tail-hub.ts'
import { TailOutlet, type TailRows } from '../src/tails/tail-outlet.ts'
import { serve, type TailClient } from './indexer-http.ts'
import { dataFolder, indexed, RECEIVED, runIndexer, until } from './running-indexer.ts'

/** Reads until `count` log events have come; gives their ids. */
async function shown(tail: TailClient, count: number): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < count) {
    const message = await tail.next()
    if (message === undefined) throw new Error('the tail ended')
    if (message.event === 'logs') ids.push(...TailLogs.parse(message.data).logs.map(({ id }) => id))
  }
  return ids
}

async function nextStats(tail: TailClient): Promise<TailStats> {
  for (;;) {
    const message = await tail.next()
    if (message === undefined) throw new Error('the tail ended')
    if (message.event === 'stats') return TailStats.parse(message.data)
  }
}

test('a tail shows what matches as it is indexed, and nothing else', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  await using tail = await http.tail('level:error')
  expect(await nextStats(tail)).toMatchObject({ shown: 0, matched: 0, skipped: 0 })
  await folder.publish('b1', ['{"level":"info","msg":"a"}', '{"level":"error","msg":"b"}'])
  await folder.publish('b2', ['{"level":"error","msg":"c"}'])
  expect(await shown(tail, 2)).toEqual(['b1-000001', 'b2-000000'])
  expect(await nextStats(tail)).toMatchObject({ shown: 2, matched: 2, skipped: 0 })
})

test('an event keeps its exact numbers and its time on the way through a tail', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  const response = await http.call('/internal/tail', { method: 'POST', body: '{"query":"*"}' })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('cache-control')).toContain('no-transform')
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  await folder.publish('b1', ['{"big":9007199254740993,"time":"2024-06-15T11:00:00.123456789Z"}'])
  let text = ''
  while (!text.includes('event: logs') || !text.endsWith('\n\n')) text += (await reader?.read())?.value ?? ''
  expect(text).toContain('"big":9007199254740993')
  expect(text).toContain('"@timestamp":"2024-06-15T11:00:00.123456789Z"')
  await reader?.cancel()
})

test('a query with an error is refused with the place of it before anything is sent', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  const response = await http.call('/internal/tail', { method: 'POST', body: '{"query":"/(/"}' })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'invalid_query', spans: [{ start: 0 }] } })
  expect(run.indexer.tails.size).toBe(0)
})

test('a dataset that is not indexed here, or not yet, is unavailable, so that it is asked for again', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  const ask = (dataset: string) =>
    http.call('/internal/tail', { method: 'POST', body: JSON.stringify({ query: '*', dataset }) })
  const audit = await ask('audit')
  expect(audit.status).toBe(503)
  expect(await audit.json()).toMatchObject({ error: { code: 'unavailable' } })
  expect((await ask('metrics')).status).toBe(400)
  expect(run.indexer.tails.size).toBe(0)
})

test('a tail is gone when its client goes, and no more are opened than allowed', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, { tails: { max: 1, limits: { ring: 10, perSecond: 100 } } })
  await using http = await serve(run)
  {
    await using tail = await http.tail('*')
    await nextStats(tail)
    const second = await http.call('/internal/tail', { method: 'POST', body: '{"query":"*"}' })
    expect(second.status).toBe(429)
    expect(second.headers.get('retry-after')).not.toBeNull()
  }
  await until('the tail is closed', () => run.indexer.tails.size === 0)
  await using again = await http.tail('*')
  expect(await nextStats(again)).toMatchObject({ shown: 0 })
})

test('a client that does not read makes the tail skip and count, and holds nobody up', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, {
    tails: { max: 5, limits: { ring: 50, perSecond: 1_000_000 } },
  })
  await using http = await serve(run)
  await using slow = await http.tail('*')
  await nextStats(slow)
  // Far more than the buffers of both ends of the connection hold.
  const padding = 'x'.repeat(20_000)
  const batches = 40
  const lines = Array.from({ length: 50 }, (_, n) => JSON.stringify({ n, padding }))
  for (let batch = 0; batch < batches; batch++) await folder.publish(`b${batch}`, lines)
  await indexed(run)
  expect(run.writer.stats().events).toBe(batches * 50)

  let seen = 0
  for (;;) {
    const message = await slow.next()
    if (message?.event === 'logs') seen += TailLogs.parse(message.data).logs.length
    if (message?.event !== 'stats') continue
    const stats = TailStats.parse(message.data)
    if (stats.matched < batches * 50) continue
    expect(stats.shown).toBe(seen)
    expect(stats.skipped).toBeGreaterThan(0)
    expect(stats.shown + stats.skipped).toBe(stats.matched)
    break
  }
})

test('tails end when the indexer stops', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  await using tail = await http.tail('*')
  await nextStats(tail)
  await run.indexer.stop()
  while ((await tail.next()) !== undefined);
  expect((await http.call('/internal/tail', { method: 'POST', body: '{"query":"*"}' })).status).toBe(503)
})

function batchOf(position: bigint, id: string, count: number): ReadBatch {
  const builder = new EventBatchBuilder()
  for (let n = 0; n < count; n++) {
    builder.add({ id: `${id}-${n}`, timestamp: RECEIVED, observed_at: RECEIVED, message: `line ${n}` })
  }
  return { records: [{ ...recordWithout(position), events: count }], events: builder.finish() }
}

/** A hub and the outlets of its workers, without messages between them. */
function tailsOf(limits = { ring: 10, perSecond: 1000 }, workers = 1) {
  let skipped = 0
  const outlets: TailOutlet[] = []
  const commanded = Array.from({ length: workers }, (_, index): TailWorker => {
    const worker: TailWorker = {
      send(command) {
        if (command.kind === 'tail-arrived') outlets[index]?.arrived(command.tail, command.rows)
        if (command.kind === 'close-tail') outlets[index]?.close(command.tail)
        if (command.kind !== 'open-tail') return
        outlets[index]?.open(command)
        hub.openedBy(worker, command.tail)
      },
    }
    outlets.push(
      new TailOutlet(
        limits,
        (rows) => hub.take(worker, rows),
        (tail, reason) => hub.fail(tail, reason),
      ),
    )
    return worker
  })
  const hub = new TailHub({
    workers: commanded,
    maxTails: 3,
    limits,
    now: () => RECEIVED,
    lagMillis: () => 7,
    skipped: (count) => {
      skipped += count
    },
  })
  return {
    hub,
    publish: (partition: number, batch: ReadBatch) => outlets[partition % workers]?.publish(partition, batch),
    skipped: () => skipped,
    [Symbol.dispose]() {
      hub.close()
      for (const outlet of outlets) outlet.closeAll()
    },
  }
}

test('of a burst the newest events are kept and the rest counted', async () => {
  using tails = tailsOf()
  const tail = await tails.hub.open('*')
  tails.publish(0, batchOf(1n, 'b', 25))
  expect(tail.counts()).toEqual({ shown: 0, matched: 25, skipped: 15 })
  expect(tails.skipped()).toBe(15)
  const text = String(tail.stream.read())
  expect(text).toContain('"b-24"')
  expect(text).toContain('"b-15"')
  expect(text).not.toContain('"b-14"')
})

test('long events go out in frames that a page reads in a moment, none of them left behind', async () => {
  using tails = tailsOf({ ring: 100, perSecond: 1000 })
  const tail = await tails.hub.open('*')
  const builder = new EventBatchBuilder()
  for (let n = 0; n < 20; n++)
    builder.add({ id: `l-${n}`, timestamp: RECEIVED, observed_at: RECEIVED, message: 'x'.repeat(100_000) })
  tails.publish(0, { records: [{ ...recordWithout(1n), events: 20 }], events: builder.finish() })
  const frames: number[] = []
  for await (const frame of tail.stream) {
    const events = String(frame).match(/"id":"l-/g)?.length ?? 0
    expect(events).toBeLessThanOrEqual(3)
    frames.push(events)
    if (frames.reduce((sum, count) => sum + count) === 20) break
  }
  expect(tail.counts()).toEqual({ shown: 20, matched: 20, skipped: 0 })
})

test('a record that is indexed again is not shown again', async () => {
  using tails = tailsOf({ ring: 10, perSecond: 1000 }, 2)
  const tail = await tails.hub.open('*')
  tails.publish(0, batchOf(5n, 'a', 1))
  tails.publish(0, batchOf(5n, 'a', 1))
  tails.publish(1, batchOf(5n, 'b', 1))
  tails.publish(0, batchOf(4n, 'c', 1))
  tails.publish(0, batchOf(6n, 'd', 1))
  expect(tail.counts().matched).toBe(3)
})

test('of records that are indexed again together with new ones only the new ones are shown', async () => {
  using tails = tailsOf()
  const tail = await tails.hub.open('*')
  tails.publish(0, batchOf(5n, 'a', 2))
  const again = [batchOf(4n, 'z', 1), batchOf(5n, 'a', 2), batchOf(6n, 'b', 3)]
  tails.publish(0, {
    records: again.flatMap(({ records }) => records),
    events: concatBatches(again.map(({ events }) => events)),
  })
  expect(tail.counts()).toMatchObject({ matched: 5, skipped: 0 })
  const text = String(tail.stream.read())
  expect(text.match(/"id":"[^"]+"/g)).toEqual(['a-0', 'a-1', 'b-0', 'b-1', 'b-2'].map((id) => `"id":"${id}"`))
})

test('a tail takes no more events a second than it is allowed, and goes on in the next', async () => {
  using tails = tailsOf({ ring: 100, perSecond: 5 })
  const tail = await tails.hub.open('line')
  tails.publish(0, batchOf(1n, 'a', 8))
  tails.publish(0, batchOf(2n, 'b', 8))
  expect(tail.counts()).toMatchObject({ matched: 16, skipped: 11 })
})

test('a client that wants fewer events a second gets the newest of them, in even shares, and the rest is counted', async () => {
  using tails = tailsOf({ ring: 100, perSecond: 50 }, 2)
  const tail = await tails.hub.open('*', 4)
  for (let batch = 1n; batch <= 4n; batch++) tails.publish(Number(batch), batchOf(batch, `b${batch}`, 3))
  expect(tail.counts()).toMatchObject({ matched: 12, skipped: 8 })
  const text = String(tail.stream.read())
  expect(text.match(/"id":"[^"]+"/g)).toEqual(['b1-0', 'b1-1', 'b1-2', 'b2-2'].map((id) => `"id":"${id}"`))
})

test('however unevenly events come, a second lets no more through than allowed beyond one burst, and wastes nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.nat(200), { minLength: 1, maxLength: 100 }),
      (perSecond, wanted) => {
        const allowance = new Allowance(perSecond)
        const passed = wanted.map((count) => {
          const taken = allowance.take(count)
          allowance.refill(0.1)
          return taken
        })
        const total = passed.reduce((sum, count) => sum + count, 0)
        expect(total).toBeLessThanOrEqual(perSecond * (1 + 0.1 * wanted.length) + 1e-6)
        for (const [index, count] of passed.entries())
          expect(count).toBeGreaterThanOrEqual(Math.min(wanted[index] ?? 0, Math.floor(perSecond / 10)))
      },
    ),
  )
})

test('what has not arrived in the main thread is bounded: more is counted and not sent', () => {
  const sent: TailRows[] = []
  const outlet = new TailOutlet(
    { ring: 10, perSecond: 1000 },
    (rows) => sent.push(rows),
    () => undefined,
  )
  outlet.open({ tail: 1, query: '*', at: RECEIVED, perSecond: 1000 })
  outlet.publish(0, batchOf(1n, 'a', 8))
  outlet.publish(0, batchOf(2n, 'b', 8))
  outlet.publish(0, batchOf(3n, 'c', 8))
  outlet.arrived(1, 10)
  outlet.publish(0, batchOf(4n, 'd', 8))
  outlet.closeAll()
  expect(sent.map(({ rows, matched }) => [rows.length, matched])).toEqual([
    [8, 8],
    [2, 8],
    [0, 8],
    [8, 8],
  ])
})

test('a worker sends no more events a second than are read, and goes on in the next', () => {
  const sent: number[] = []
  const outlet = new TailOutlet(
    { ring: 100, perSecond: 5 },
    ({ rows }) => sent.push(rows.length),
    () => undefined,
  )
  outlet.open({ tail: 1, query: '*', at: RECEIVED, perSecond: 5 })
  outlet.publish(0, batchOf(1n, 'a', 8))
  outlet.publish(0, batchOf(2n, 'b', 8))
  outlet.refill(1)
  outlet.publish(0, batchOf(3n, 'c', 3))
  outlet.closeAll()
  expect(sent).toEqual([5, 0, 3])
})
