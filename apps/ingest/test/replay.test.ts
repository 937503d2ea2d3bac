import { replayBatchId } from '@heartwood/event'
import { MemoryQueue, QueueError } from '@heartwood/queue'
import { INTERNAL_HEADER } from '@heartwood/runtime'
import { expect, test } from 'vitest'
import { NOW, runningIngest } from './running-ingest.ts'

const LETTER = {
  id: 'b1-000007',
  attempts: 2,
  original: {
    header: {
      version: 2,
      door: 'json',
      framing: 'ndjson',
      encoding: 'identity',
      received_at: String(NOW - 5n),
      batch_id: 'b1',
      client_batch: true,
      defaults: { service: 'shop' },
      records: 1,
      refused: [],
      bytes: 7,
      first_index: 7,
    },
    body: Buffer.from('{"n":1}').toString('base64'),
  },
}

test('a letter goes into the queue as it was received, under a name that every replay of this attempt has', async () => {
  await using ingest = await runningIngest()
  const ask = () => ingest.post('/internal/replay', JSON.stringify({ letter: LETTER }), shown(ingest))
  expect((await ask()).status).toBe(200)
  expect(await (await ask()).json()).toEqual({ batch_id: replayBatchId(LETTER) })
  const records = await ingest.records()
  expect(records.map(({ header }) => header)).toEqual(
    Array(2).fill({
      ...LETTER.original.header,
      batch_id: replayBatchId(LETTER),
      replay: { letter: 'b1-000007', attempts: 2, batch_id: 'b1' },
    }),
  )
  expect(records.map(({ body }) => Buffer.from(body).toString())).toEqual(['{"n":1}', '{"n":1}'])
})

test('nobody but the query app can replay: not without the internal token, nor with a wrong one', async () => {
  await using ingest = await runningIngest()
  for (const headers of [{}, { [INTERNAL_HEADER]: 'x'.repeat(32) }]) {
    const response = await ingest.post('/internal/replay', JSON.stringify({ letter: LETTER }), headers)
    expect(response.status).toBe(401)
  }
  expect(await ingest.records()).toEqual([])
})

test('a queue that is full refuses a replay as it refuses logs: later, and nothing is stored', async () => {
  const queue = new MemoryQueue({ partitions: 4 })
  const real = queue.publisher()
  await using ingest = await runningIngest({
    queue,
    publisher: {
      publish: () => Promise.reject(new QueueError('full', 'full')),
      backlog: () => real.backlog(),
      close: () => real.close(),
    },
  })
  const response = await ingest.post('/internal/replay', JSON.stringify({ letter: LETTER }), shown(ingest))
  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('5')
})

function shown({ app }: { readonly app: { readonly internalToken: string } }) {
  return { [INTERNAL_HEADER]: app.internalToken }
}
