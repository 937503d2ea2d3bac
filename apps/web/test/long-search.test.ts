import { createServer, type ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { exportHref } from '../src/features/search/export/export-href.ts'
import { type AskedPage, askPage } from '../src/features/search/long-search/ask-page.ts'
import { progressText } from '../src/features/search/long-search/prepare-progress.ts'
import { logOf, MIDNIGHT } from './stored-logs.ts'

const READ = { rows: 1_234_567, bytes: 9, segments: 12 }
const PROGRESS = { read: READ, of: { rows: 9e6, segments: 80 }, reached: null, counted: null, took_ms: 700 }
const DONE = { total: 2, total_relation: 'gte', next_cursor: null, read: READ, took_ms: 900 }

const log = (id: string) => logOf(id, MIDNIGHT)

/** A server that answers searches as a test says; `asked` has the parameters of each. */
async function serving(answer: (response: ServerResponse) => void) {
  const asked: Record<string, string>[] = []
  const gone = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    asked.push(Object.fromEntries(new URL(request.url ?? '', 'http://x').searchParams))
    response.on('close', () => gone.resolve())
    answer(response)
  })
  const { url, [Symbol.asyncDispose]: close } = await onLoopback(server)
  return { url: `${url}/search`, asked, gone: gone.promise, [Symbol.asyncDispose]: close }
}

function say(response: ServerResponse, event: string, data: unknown): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}

const QUESTION = { query: 'a', limit: 200 }
const never = () => new AbortController().signal

test('what is found is shown as it comes, also where nothing follows it for long, and the answer has all of it', async () => {
  const rest: [event: string, data: object][] = [
    ['progress', { ...PROGRESS, next_cursor: 'c2' }],
    ['rows', { logs: [log('two')], next_cursor: 'c3' }],
    ['done', DONE],
  ]
  const answering = Promise.withResolvers<ServerResponse>()
  await using server = await serving((response) => {
    say(response, 'rows', { logs: [log('one')], next_cursor: 'c1' })
    answering.resolve(response)
  })
  const parts: AskedPage[] = []
  const page = await askPage(QUESTION, {
    url: server.url,
    signal: never(),
    stop: never(),
    from: undefined,
    partMillis: 1,
    async onPart(part) {
      parts.push(part)
      const response = await answering.promise
      // Nothing more is said until this part was shown.
      const [event, data] = rest.shift() ?? ['done', DONE]
      say(response, event, data)
      if (event === 'done') response.end()
    },
  })
  expect(page.partial).toBeUndefined()
  expect(page.answer.logs.map(({ id }) => id)).toEqual(['one', 'two'])
  expect(parts.map(({ answer }) => answer.logs.map(({ id }) => id))).toEqual([
    ['one'],
    ['one'],
    ['one', 'two'],
  ])
  expect(parts.map(({ partial }) => partial?.found.next_cursor)).toEqual(['c1', 'c2', 'c3'])
})

test('a search that is stopped keeps what it found, ends on the server, and goes on behind it', async () => {
  const stop = new AbortController()
  await using server = await serving((response) => {
    say(response, 'rows', { logs: [log('one')], next_cursor: 'c1' })
  })
  const options = { url: server.url, signal: never(), partMillis: 0 }
  const stopped = await askPage(QUESTION, {
    ...options,
    stop: stop.signal,
    from: undefined,
    onPart: () => stop.abort(),
  })
  await server.gone
  expect(stopped.partial).toMatchObject({ state: 'stopped', found: { next_cursor: 'c1' } })

  await using rest = await serving((response) => {
    say(response, 'rows', { logs: [log('two')], next_cursor: null })
    say(response, 'done', DONE)
    response.end()
  })
  const whole = await askPage(QUESTION, {
    ...options,
    url: rest.url,
    stop: never(),
    from: stopped.partial?.found,
    onPart: () => undefined,
  })
  expect(rest.asked).toEqual([{ query: 'a', limit: '199', cursor: 'c1' }])
  expect(whole.answer.logs.map(({ id }) => id)).toEqual(['one', 'two'])
  expect(whole.partial).toBeUndefined()
})

test('a search that fails on its way keeps what it found and says why; one that found nothing fails', async () => {
  const timeout = { error: { code: 'query_timeout', message: 'No answer within 60 s.' } }
  await using late = await serving((response) => {
    say(response, 'rows', { logs: [log('one')], next_cursor: 'c1' })
    say(response, 'error', timeout)
    response.end()
  })
  const options = { signal: never(), stop: never(), from: undefined, onPart: () => undefined }
  const page = await askPage(QUESTION, { ...options, url: late.url })
  expect(page.answer.logs).toHaveLength(1)
  expect(page.partial?.state).toMatchObject({ failed: { code: 'query_timeout' } })

  await using early = await serving((response) => {
    say(response, 'error', timeout)
    response.end()
  })
  await expect(askPage(QUESTION, { ...options, url: early.url })).rejects.toMatchObject({ data: timeout })
  await using cut = await serving((response) => {
    say(response, 'rows', { logs: [log('one')], next_cursor: null })
    response.end()
  })
  await expect(askPage(QUESTION, { ...options, url: cut.url })).rejects.toThrow()
})

test('a search whose answer nobody wants any more is rejected and shows nothing', async () => {
  const signal = new AbortController()
  await using server = await serving((response) => {
    say(response, 'rows', { logs: [log('one')], next_cursor: 'c1' })
    say(response, 'rows', { logs: [log('two')], next_cursor: 'c2' })
  })
  const shown: AskedPage[] = []
  const asking = askPage(QUESTION, {
    url: server.url,
    signal: signal.signal,
    stop: never(),
    from: undefined,
    partMillis: 0,
    onPart(page) {
      shown.push(page)
      signal.abort()
    },
  })
  await expect(asking).rejects.toThrow()
  await server.gone
  expect(shown).toHaveLength(1)
})

test('progress is said in few words', () => {
  const said = (rows: number, segments: number, of: number) =>
    progressText({
      ...PROGRESS,
      read: { rows, bytes: 0, segments },
      of: { rows: 0, segments: of },
      next_cursor: null,
    })
  expect(said(1_234_567, 12, 80)).toBe('12 of 80 files, 1.2 M events')
  expect(said(1, 0, 1)).toBe('0 of 1 file, 1 event')
  expect(said(9_999, 1, 2)).toBe('1 of 2 files, 9,999 events')
  expect(said(999_999, 1, 2)).toBe('1 of 2 files, 999 K events')
})

test('an export asks for the search as it stands, its columns escaped, without an end', () => {
  const search = { query: '', from: 'now-1h', to: 'now', order: 'oldest', columns: ['time', 'a,b'] } as const
  const parameters = (all: boolean) =>
    Object.fromEntries(new URL(exportHref(search, 'csv', all), 'http://x').searchParams)
  expect(parameters(false)).toEqual({
    format: 'csv',
    query: '*',
    from_time: 'now-1h',
    to_time: 'now',
    order: 'oldest',
    limit: '1000000000',
    columns: 'time,a\\,b',
  })
  expect(parameters(true)).not.toHaveProperty('columns')
})
