import { eventId } from '@heartwood/event'
import { expect, test, vi } from 'vitest'
import { serve } from './indexer-http.ts'
import {
  dataFolder,
  indexed,
  jsonHeader,
  LATER,
  metric,
  RECEIVED,
  runIndexer,
  until,
} from './running-indexer.ts'

// Each thread loads the whole indexer, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 })

const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id)

test('events of all partitions are found once, with batches sent twice, and counted', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, { threads: true })
  const expected: string[] = []
  for (let batch = 0; batch < 40; batch++) {
    const id = `b${String(batch).padStart(2, '0')}`
    await folder.publish(id, ['{"n":1}', '{"n":2}'], `sender-${batch % 7}`)
    if (batch % 5 === 0) await folder.publish(id, ['{"n":1}', '{"n":2}'], `sender-${batch % 7}`)
    expected.push(eventId(id, 0), eventId(id, 1))
  }
  await indexed(run)
  expect(ids((await folder.found()).events)).toEqual(expected)
  await until('all is counted', async () => (await metric(run, 'events_total')) === 80)
  expect(await metric(run, 'absorbed_batches_total')).toBe(8)
  expect(await metric(run, 'lag_ms')).toBe(0)
  expect(await metric(run, 'thread_lag_ms', '{thread="1"}')).toBe(0)
})

test('what is read is searchable long before its commit, and committed when the threads stop', async () => {
  await using folder = await dataFolder()
  {
    await using run = await runIndexer(folder, { threads: true, limits: LATER })
    await folder.publish('b1', ['{"n":1}', '{"n":2}'])
    await until('it is found', async () => (await folder.found()).events.length === 2)
    expect(run.writer.stats()).toMatchObject({ events: 2, shown: 2, segments: 0 })
    await until('the live segment is counted', async () => (await metric(run, 'live_segments')) === 1)
    await run.indexer.stop()
    expect(run.writer.stats()).toMatchObject({ events: 2, shown: 0, segments: 1 })
  }
  expect(ids((await folder.found()).events)).toEqual(['b1-000000', 'b1-000001'])
})

test('a delete reaches what the threads hold and have not committed', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, { threads: true, limits: LATER })
  await using http = await serve(run)
  await folder.publish('b1', ['{"user":"u1"}', '{"user":"u2"}'])
  await until('it is found', async () => (await folder.found()).events.length === 2)
  const body = JSON.stringify({ query: 'user:u1', from: '0', to: String(RECEIVED + 1n) })
  const response = await http.call('/internal/delete', { method: 'POST', body })
  expect(await response.json()).toEqual({ deleted: 1 })
  expect(ids((await folder.found()).events)).toEqual(['b1-000001'])
})

test('a tail shows what any thread indexes', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, { threads: true, limits: LATER })
  await using http = await serve(run)
  await using tail = await http.tail('level:error')
  for (let batch = 0; batch < 12; batch++) {
    await folder.publish(`b${batch}`, ['{"level":"error"}', '{"level":"info"}'], `sender-${batch}`)
  }
  const seen: string[] = []
  while (seen.length < 12) {
    const message = await tail.next()
    if (message?.event === 'logs') seen.push(...(JSON.stringify(message.data).match(/b\d+-0000\d\d/g) ?? []))
  }
  expect(seen.sort()).toEqual(Array.from({ length: 12 }, (_, batch) => eventId(`b${batch}`, 0)).sort())
})

test('dead letters are stored within a moment, and counted', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, { threads: true })
  await folder.publisher.publish('sender', jsonHeader('b1', 3, 8), Buffer.from('{"n":2}'))
  await indexed(run)
  expect((await folder.found()).deadLetters).toMatchObject([{ step: 'decode', records: 3 }])
  const labels = '{door="json",step="decode",reason="the body has # bytes, not #"}'
  await until('it is counted', async () => (await metric(run, 'dead_letters_total', labels)) === 3)
})

test('a batch that a thread holds is known to the routes', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder, { threads: true, limits: LATER })
  await using http = await serve(run)
  await folder.publish('b1', ['{"n":1}'])
  await until('it is searchable', async () => (await run.indexer.batch('b1'))?.state === 'searchable')
  const response = await http.call('/internal/batches/b1')
  expect(await response.json()).toMatchObject({ state: 'searchable', events: 1 })
  expect((await http.call('/internal/batches/b2')).status).toBe(404)
})

test('when another indexer takes over, all threads end and it says so', async () => {
  await using folder = await dataFolder()
  await using first = await runIndexer(folder, { threads: true })
  await folder.publish('b1', ['{"n":1}'])
  await indexed(first)
  await using second = await runIndexer(folder, { threads: true })
  for (let batch = 2; batch < 6; batch++) await folder.publish(`b${batch}`, ['{"n":2}'], `sender-${batch}`)
  await indexed(second)
  await expect(first.indexer.done).rejects.toMatchObject({ code: 'superseded' })
  await first.indexer.stop()
  expect(ids((await folder.found()).events)).toEqual(
    ['b1', 'b2', 'b3', 'b4', 'b5'].map((id) => eventId(id, 0)),
  )
})
