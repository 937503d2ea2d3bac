import { setImmediate as nextTurn } from 'node:timers/promises'
import { ErrorAnswer, SearchDone, SearchOutput, SearchProgress, SearchRows } from '@heartwood/api'
import { LogStoreError, type SearchRequest } from '@heartwood/log-store'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { expect, test } from 'vitest'
import { NOW, someEvents } from './events.ts'
import { errorOf, startQuery, type TestApp } from './query-app.ts'

const EVENTS = someEvents(250)

/** What a reader tells while it searches: parts of a page, and then whatever the test does. */
function telling(then: (request: SearchRequest) => Promise<never>) {
  return {
    search: (request: SearchRequest) => {
      const [one, two] = EVENTS
      if (one === undefined || two === undefined) throw new Error('no events')
      request.onRows?.([one])
      request.onRows?.([two])
      return then(request)
    },
  }
}

async function frames(app: TestApp, parameters: Record<string, string> = {}) {
  const response = await app.get(`/api/v1/search/stream?${new URLSearchParams(parameters)}`)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(response.headers.get('cache-control')).toContain('no-transform')
  const messages = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
  const found: { event: string | undefined; data: unknown }[] = []
  for await (const { event, data } of messages ?? []) found.push({ event, data: JSON.parse(data) })
  return found
}

function logsIn(found: Awaited<ReturnType<typeof frames>>) {
  return found.flatMap(({ event, data }) => (event === 'rows' ? SearchRows.parse(data).logs : []))
}

test('the rows of a streamed search, and its end, are what the search answers', async () => {
  await using app = await startQuery()
  await app.append(EVENTS)
  for (const parameters of [{}, { order: 'oldest', query: 'level:error', limit: '7', total: 'none' }]) {
    const answer = SearchOutput.parse(
      await (await app.get(`/api/v1/search?${new URLSearchParams(parameters)}`)).json(),
    )
    const found = await frames(app, parameters)
    expect(logsIn(found)).toEqual(answer.logs)
    const { logs: _, took_ms: _took, ...rest } = answer
    expect(found.at(-1)?.event).toBe('done')
    expect(SearchDone.parse(found.at(-1)?.data)).toMatchObject(rest)
  }
})

test('with the cursor of any part the search goes on behind it', async () => {
  await using app = await startQuery()
  await app.append(EVENTS)
  const found = await frames(app, { limit: '40', total: 'none' })
  const [{ next_cursor: cursor } = { next_cursor: null }] = found.flatMap(({ event, data }) =>
    event === 'rows' ? [SearchRows.parse(data)] : [],
  )
  const rest = await frames(app, { limit: '1000', cursor: cursor ?? '' })
  expect(new Set([...logsIn(found), ...logsIn(rest)].map(({ id }) => id)).size).toBe(250)
  expect(SearchDone.parse(rest.at(-1)?.data)).toMatchObject({ total: 250, next_cursor: null })
})

test('progress says what is read of how much, how far in time, and from where to go on', async () => {
  await using app = await startQuery({
    reader: () => ({
      async search(request) {
        const read = { rows: 1_000, bytes: 5_000, segments: 2, of: { rows: 9_000, segments: 12 } }
        const reached = { timestamp: NOW - 5n, id: 'x' }
        while (!request.signal?.aborted) {
          request.onProgress?.({ ...read, reached })
          await nextTurn()
        }
        throw new LogStoreError('aborted', 'withdrawn')
      },
    }),
  })
  const client = new AbortController()
  const response = await app.get('/api/v1/search/stream', { signal: client.signal })
  const messages = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  const first = await messages?.read()
  expect(first?.value?.event).toBe('progress')
  const progress = SearchProgress.parse(JSON.parse(first?.value?.data ?? ''))
  expect(progress).toMatchObject({
    read: { rows: 1_000, bytes: 5_000, segments: 2 },
    of: { rows: 9_000, segments: 12 },
    counted: null,
  })
  expect(progress.reached).toMatch(/123456784Z$/)
  expect(progress.next_cursor).not.toBeNull()
  client.abort()
})

test('a client that closes the stream withdraws the search', async () => {
  const withdrawn = Promise.withResolvers<void>()
  await using app = await startQuery({
    reader: () =>
      telling(async ({ signal }) => {
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
        withdrawn.resolve()
        throw new LogStoreError('aborted', 'withdrawn')
      }),
  })
  const client = new AbortController()
  const response = await app.get('/api/v1/search/stream', { signal: client.signal })
  await response.body?.getReader().read()
  client.abort()
  await withdrawn.promise
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([])
})

test('what fails on the way ends the stream with the error, behind the rows that were found', async () => {
  const failures: [Error, string][] = [
    [new LogStoreError('corrupt', 'a file is missing'), 'store_corrupt'],
    [new Error('a secret'), 'internal'],
  ]
  for (const [error, code] of failures) {
    await using app = await startQuery({ reader: () => telling(() => Promise.reject(error)) })
    const found = await frames(app)
    expect(logsIn(found)).toHaveLength(2)
    const last = ErrorAnswer.parse(found.at(-1)?.data)
    expect([found.at(-1)?.event, last.error.code]).toEqual(['error', code])
    expect(JSON.stringify(last)).not.toContain('a secret')
  }
})

test('a question that is wrong is answered before the stream begins', async () => {
  await using app = await startQuery()
  for (const [parameters, code] of [
    ['query=foo(', 'invalid_query'],
    ['cursor=abc', 'invalid_parameter'],
    ['order=random', 'invalid_parameter'],
  ]) {
    const response = await app.get(`/api/v1/search/stream?${parameters}`)
    expect([response.status, (await errorOf(response)).code]).toEqual([400, code])
  }
})
