import { expect, test } from 'vitest'
import { serve } from './indexer-http.ts'
import { dataFolder, indexed, RECEIVED, runIndexer, until, withAppend } from './running-indexer.ts'

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
    writer: (real) =>
      withAppend(real, async (append) => {
        await gate.promise
        return real.append(append)
      }),
  })
  await using http = await serve(run)
  await folder.publish('first', ['{"n":1}'])
  const state = async (id: string) => (await http.call(`/internal/batches/${id}`)).json()
  await until('the first is read', async () => run.indexer.ledger.queuedAt('first') !== undefined)
  // The loop of its partition waits for the commit, so this one is found by looking into the queue.
  for (let n = 0; n < 5; n++) await folder.publish(`later-${n}`, ['{"n":2}'])
  expect(await state('first')).toEqual({ state: 'queued', received_at: '2024-06-15T12:00:00.000Z' })
  expect(await state('later-4')).toEqual({ state: 'queued', received_at: '2024-06-15T12:00:00.000Z' })
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
  await until('the commit is counted', () => run.indexer.ledger.receipt('b1') !== undefined)
  const metrics = await (await fetch(`${http.url}/metrics`)).text()
  expect(metrics).toContain('heartwood_indexer_events_total 2')
  expect(metrics).toContain('heartwood_indexer_lag_ms 0')
  expect(metrics).toContain('heartwood_indexer_stored_events 2')
  expect(metrics).toContain('heartwood_merge_debt_segments 0')
  expect(metrics).toContain('heartwood_merge_debt_bytes 0')
  expect(metrics).toContain('heartwood_indexer_commit_seconds_count 1')
  expect(await (await http.call('/internal/status')).json()).toEqual({ backlog_bytes: 0, lag_ms: 0 })
})
