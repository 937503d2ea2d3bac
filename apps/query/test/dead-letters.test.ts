import { DeadLettersOutput, DismissOutput, ReplayOutput, WholeDeadLetter } from '@heartwood/api'
import { type DeadLetter, isoFromNanos } from '@heartwood/event'
import { AppError } from '@heartwood/runtime'
import { expect, test } from 'vitest'
import { NOW, someEvents } from './events.ts'
import { errorOf, startQuery } from './query-app.ts'

const SECOND = 1_000_000_000n

function letter(id: string, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id,
    at: isoFromNanos(NOW - 60n * SECOND),
    door: 'json',
    step: 'decode',
    reason: `line ${id} is "broken"`,
    sample: '{',
    records: 1,
    attempts: 1,
    batch_id: 'b1',
    original: {
      header: {
        version: 1,
        door: 'json',
        framing: 'ndjson',
        encoding: 'identity',
        received_at: String(NOW),
        batch_id: 'b1',
        client_batch: false,
        defaults: {},
        records: 1,
        refused: [],
        bytes: 1,
      },
      body: 'ew==',
    },
    ...more,
  }
}

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

test('letters are filtered and grouped by cause; a list has no bytes, a single one has them', async () => {
  await using app = await startQuery()
  const { original: _, ...bare } = letter('d-4', { door: 'text', reason: 'gone' })
  const letters = [letter('d-1'), letter('d-2', { records: 3 }), letter('d-3', { step: 'time' }), bare]
  await app.append([], { deadLetters: letters })
  const list = async (query: string) =>
    DeadLettersOutput.parse(await (await app.get(`/api/v1/dead-letters?${query}`)).json())
  const all = await list('')
  expect(all).toMatchObject({ total: 4, matching: 4, replayable: 3, next_before: null })
  expect(all.groups).toMatchObject([
    { door: 'json', step: 'decode', reason: 'line # is …', letters: 2, records: 4 },
    { door: 'text', letters: 1 },
    { step: 'time', letters: 1 },
  ])
  expect(JSON.stringify(all)).not.toContain('original')
  expect(all.items.find(({ id }) => id === 'd-4')).toMatchObject({ replayable: false })
  expect((await list('reason=BROKEN&step=decode')).items.map(({ id }) => id)).toEqual(['d-2', 'd-1'])
  expect(await list('from_time=now-30s')).toMatchObject({ total: 4, matching: 0, groups: [] })
  expect((await app.get('/api/v1/dead-letters?from_time=soon')).status).toBe(400)
  const one = WholeDeadLetter.parse(await (await app.get('/api/v1/dead-letters/d-1')).json())
  expect(one.original).toEqual(letter('d-1').original)
  expect((await errorOf(await app.get('/api/v1/dead-letters/none'))).code).toBe('not_found')
})

test('a replay queues what can be, and says what became of it as the commits come', async () => {
  const sent: DeadLetter[] = []
  await using app = await startQuery({ send: async (one) => void sent.push(one) })
  const { original: _, ...bare } = letter('d-4')
  await app.append([], { deadLetters: [letter('d-1'), letter('d-2'), letter('d-3', { step: 'time' }), bare] })
  const replay = async (body: object) =>
    ReplayOutput.parse(await (await app.get('/api/v1/dead-letters/replay', post(body))).json())
  expect(await replay({ all: true, dry_run: true })).toMatchObject({
    replay_id: null,
    state: 'counted',
    matched: 4,
    replayable: 3,
  })
  expect(sent).toEqual([])
  const begun = await replay({ step: 'decode' })
  expect(begun).toMatchObject({ replay_id: 'replay-1', matched: 3, replayable: 2 })
  const state = async () =>
    ReplayOutput.parse(await (await app.get('/api/v1/dead-letters/replays/replay-1')).json())
  await expect.poll(async () => (await state()).state).toBe('indexing')
  expect(sent.map(({ id }) => id).sort()).toEqual(['d-1', 'd-2'])
  expect(await state()).toMatchObject({ queued: 2, replayed: 0, failed_again: 0 })
  await app.append(someEvents(1), { replayed: ['d-1'] })
  expect(await state()).toMatchObject({ state: 'indexing', replayed: 1, failed_again: 0 })
  await app.append([], { replayed: ['d-2'], deadLetters: [letter('d-2', { attempts: 2 })] })
  expect(await state()).toMatchObject({ state: 'done', replayed: 1, failed_again: 1, error: null })
})

test('a replay waits for a queue that is full, and says why it stops where waiting does not help', async () => {
  let refusals = 2
  await using app = await startQuery({
    send: async ({ id }) => {
      if (id === 'd-2') throw new AppError('internal', 'ingest is broken')
      if (refusals-- > 0) throw new AppError('queue_full', 'full', { retryAfterSeconds: 0.01 })
    },
  })
  await app.append([], { deadLetters: [letter('d-1')] })
  await app.get('/api/v1/dead-letters/replay', post({ id: 'd-1' }))
  const state = async () =>
    ReplayOutput.parse(await (await app.get('/api/v1/dead-letters/replays/replay-1')).json())
  await expect.poll(async () => (await state()).queued).toBe(1)
  await app.append([], { deadLetters: [letter('d-2')] })
  await app.get('/api/v1/dead-letters/replay', post({ id: 'd-2' }))
  await expect.poll(async () => (await state()).state).toBe('failed')
  expect(await state()).toMatchObject({ queued: 0, error: 'ingest is broken' })
})

test('what changes letters must say which; a single one that is not there is not_found', async () => {
  await using app = await startQuery()
  for (const path of ['replay', 'dismiss']) {
    const response = await app.get(`/api/v1/dead-letters/${path}`, post({}))
    expect(response.status).toBe(400)
    expect((await errorOf(response)).message).toContain('say which letters')
    const empty = await app.get(`/api/v1/dead-letters/${path}`, post({ reason: '' }))
    expect(empty.status, 'nothing in the reason is not all reasons').toBe(400)
  }
  const gone = await app.get('/api/v1/dead-letters/replay', post({ id: 'gone' }))
  expect((await errorOf(gone)).code).toBe('not_found')
  expect((await errorOf(await app.get('/api/v1/dead-letters/replays/old'))).code).toBe('not_found')
})

test('a dismissal is counted here and done by the indexer, with the times made plain', async () => {
  const bodies: unknown[] = []
  await using app = await startQuery({
    indexer: (_request, response, body) => {
      bodies.push(JSON.parse(body))
      response.setHeader('content-type', 'application/json').end('{"dismissed":2}')
    },
  })
  await app.append([], { deadLetters: [letter('d-1'), letter('d-2')] })
  const dismiss = async (body: object) =>
    DismissOutput.parse(await (await app.get('/api/v1/dead-letters/dismiss', post(body))).json())
  expect(await dismiss({ batch_id: 'b1', dry_run: true })).toEqual({
    matched: 2,
    dismissed: 0,
    dry_run: true,
  })
  expect(bodies).toEqual([])
  expect(await dismiss({ batch_id: 'b1', to_time: 'now' })).toMatchObject({ dismissed: 2 })
  expect(bodies).toEqual([{ batch_id: 'b1', to: isoFromNanos(NOW) }])
})
