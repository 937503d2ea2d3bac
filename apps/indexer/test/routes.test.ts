import { expect, test } from 'vitest'
import { serve } from './indexer-http.ts'
import {
  dataFolder,
  indexed,
  LATER,
  metric,
  RECEIVED,
  runIndexer,
  UNSEEN,
  until,
  withAppend,
} from './running-indexer.ts'

test('without the internal token nothing is answered', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  for (const [method, path] of [
    ['POST', '/internal/tail'],
    ['POST', '/internal/delete'],
    ['GET', '/internal/batches/b1'],
    ['GET', '/internal/status'],
  ]) {
    expect((await fetch(http.url + path, { method: method ?? 'GET' })).status).toBe(401)
  }
  expect((await fetch(`${http.url}/healthz`)).status).toBe(200)
})

test('a batch is queued, then searchable with its counts; an unknown one is not found', async () => {
  await using folder = await dataFolder()
  const gate = Promise.withResolvers<void>()
  await using run = await runIndexer(folder, {
    limits: UNSEEN,
    writer: (real) =>
      withAppend(real, async (append) => {
        await gate.promise
        return real.append(append)
      }),
  })
  await using http = await serve(run)
  await folder.publish('first', ['{"n":1}'])
  const state = async (id: string) => (await http.call(`/internal/batches/${id}`)).json()
  await until('it is read', async () => (await run.indexer.batch('first')) !== undefined)
  expect(await state('first')).toEqual({ state: 'queued', received_at: '2024-06-15T12:00:00.000Z' })
  expect((await http.call('/internal/batches/never')).status).toBe(404)
  gate.resolve()
  await indexed(run)
  expect(await state('first')).toEqual({
    state: 'searchable',
    received_at: '2024-06-15T12:00:00.000Z',
    events: 1,
    dead_letters: 0,
  })
})

test('a batch that nobody has read yet is found in the queue', async () => {
  await using folder = await dataFolder()
  const gate = Promise.withResolvers<void>()
  await using run = await runIndexer(folder, {
    consumer: (real) => ({
      partitions: real.partitions,
      // The indexer begins at the start and gets no further than the first; who looks behind it is not held up.
      consume: (partition, after, signal) =>
        after === null
          ? oneThen(gate.promise, real.consume(partition, after, signal))
          : real.consume(partition, after, signal),
      release: (partition, position) => real.release(partition, position),
      end: (partition) => real.end(partition),
      close: () => real.close(),
    }),
  })
  await using http = await serve(run)
  await folder.publish('first', ['{"n":1}'])
  await indexed(run)
  for (let n = 0; n < 5; n++) await folder.publish(`later-${n}`, ['{"n":2}'])
  const state = async (id: string) => (await http.call(`/internal/batches/${id}`)).json()
  expect(await state('later-4')).toEqual({ state: 'queued', received_at: '2024-06-15T12:00:00.000Z' })
  gate.resolve()
  await indexed(run)
  expect(await state('later-4')).toMatchObject({ state: 'searchable', events: 1 })
})

async function* oneThen<T>(gate: Promise<void>, source: AsyncIterable<T>): AsyncGenerator<T> {
  let isFirst = true
  for await (const value of source) {
    if (!isFirst) await gate
    isFirst = false
    yield value
  }
}

test('a batch is searchable with its counts as soon as it is shown, long before its commit', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, { limits: LATER })
  await using http = await serve(run)
  await folder.publish('b1', ['{"n":1}', '{"n":2}'])
  await until('it is searchable', async () => (await run.indexer.batch('b1'))?.state === 'searchable')
  const response = await http.call('/internal/batches/b1')
  expect(await response.json()).toMatchObject({ state: 'searchable', events: 2, dead_letters: 0 })
  expect((await folder.found()).events.map(({ id }) => id)).toEqual(['b1-000000', 'b1-000001'])
  expect(run.writer.position(0) ?? run.writer.position(1)).toBeNull()
})

test('a batch of an earlier run is searchable', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"n":1}'])
  {
    await using run = await runIndexer(folder)
    await indexed(run)
  }
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  expect(await (await http.call('/internal/batches/b1')).json()).toMatchObject({ state: 'searchable' })
})

test('a delete removes what matches and says how much', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  await folder.publish('b1', ['{"user":"u1"}', '{"user":"u2"}', '{"user":"u1"}'])
  await indexed(run)
  const body = JSON.stringify({ query: 'user:u1', from: '0', to: String(RECEIVED + 1n) })
  const response = await http.call('/internal/delete', { method: 'POST', body })
  expect(await response.json()).toEqual({ deleted: 2 })
  expect((await folder.found()).events.map(({ id }) => id)).toEqual(['b1-000001'])
})

test.each([
  { acceptedBefore: RECEIVED - 1n, left: 1 },
  { acceptedBefore: RECEIVED, left: 0 },
])(
  'of what is indexed later, a delete removes what was accepted up to the time it names: %o',
  async (one) => {
    await using folder = await dataFolder()
    await using run = await runIndexer(folder)
    await using http = await serve(run)
    const range = { from: '0', to: String(RECEIVED + 1n) }
    const body = JSON.stringify({ query: 'user:u1', ...range, accepted_before: String(one.acceptedBefore) })
    expect((await http.call('/internal/delete', { method: 'POST', body })).status).toBe(200)
    await folder.publish('b1', ['{"user":"u1"}'])
    await indexed(run)
    expect((await folder.found()).events.length).toBe(one.left)
  },
)

test('a delete also removes what is searchable and not committed yet, and commits the rest first', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, { limits: LATER })
  await using http = await serve(run)
  await folder.publish('b1', ['{"user":"u1"}', '{"user":"u2"}'])
  await until('it is searchable', async () => (await folder.found()).events.length === 2)
  const body = JSON.stringify({ query: 'user:u1', from: '0', to: String(RECEIVED + 1n) })
  const response = await http.call('/internal/delete', { method: 'POST', body })
  expect(await response.json()).toEqual({ deleted: 1 })
  expect((await folder.found()).events.map(({ id }) => id)).toEqual(['b1-000001'])
})

test.each(['{"query":"("}', '{"query":"x","from":1,"to":2}', '{"query":"/(/","from":"0","to":"1"}', '[]'])(
  'the delete %s is refused',
  async (body) => {
    await using folder = await dataFolder()
    await using run = await runIndexer(folder)
    await using http = await serve(run)
    expect((await http.call('/internal/delete', { method: 'POST', body })).status).toBe(400)
  },
)

test('metrics tell what was indexed, and lag is 0 when nothing waits', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await using http = await serve(run)
  await folder.publish('b1', ['{"n":1}', '{"n":2}'])
  await indexed(run)
  await until('the commit is counted', async () => (await metric(run, 'commit_seconds_count')) === 1)
  const metrics = await (await fetch(`${http.url}/metrics`)).text()
  expect(metrics).toContain('heartwood_indexer_events_total 2')
  expect(metrics).toContain('heartwood_indexer_lag_ms 0')
  expect(metrics).toContain('heartwood_indexer_stored_events 2')
  expect(metrics).toContain('heartwood_merge_debt_segments 0')
  expect(metrics).toContain('heartwood_merge_debt_bytes 0')
  expect(metrics).toContain('heartwood_indexer_commit_seconds_count 1')
  expect(await (await http.call('/internal/status')).json()).toEqual({ backlog_bytes: 0, lag_ms: 0 })
})
