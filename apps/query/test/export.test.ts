import { ExportInput, LogJson } from '@heartwood/api'
import { type LogReader, LogStoreError, memoryLogStore, type SearchRequest } from '@heartwood/log-store'
import { describe, expect, test } from 'vitest'
import { exportLogs } from '../src/export/export.ts'
import { event, NOW } from './events.ts'
import { errorOf, startQuery } from './query-app.ts'

const events = Array.from({ length: 2_500 }, (_, index) =>
  event(`e-${String(index).padStart(4, '0')}`, {
    timestamp: NOW - BigInt(index + 1),
    attributes: { n: 9_007_199_254_740_993n, even: index % 2 === 0 },
  }),
)

describe('GET /api/v1/export', () => {
  test('streams every log that matches once, newest first, integers exact, without what arrives meanwhile', async () => {
    await using app = await startQuery()
    await app.append(events)
    const response = await app.get('/api/v1/export?query=even:true')
    await app.append([event('later', { timestamp: NOW - 1n, attributes: { even: true } })])
    expect(response.headers.get('content-type')).toContain('application/x-ndjson')
    const lines = (await response.text()).trimEnd().split('\n')
    expect(lines[0]).toContain('"n":9007199254740993')
    expect(lines.map((line) => LogJson.parse(JSON.parse(line)).id).filter((id) => id !== 'later')).toEqual(
      events.filter((_, index) => index % 2 === 0).map(({ id }) => id),
    )
  })

  test('limit is the most that comes, and nothing found is an empty answer', async () => {
    await using app = await startQuery()
    await app.append(events)
    const some = await (await app.get('/api/v1/export?limit=1001')).text()
    expect(some.trimEnd().split('\n')).toHaveLength(1001)
    expect(await (await app.get('/api/v1/export?query=nothing_like_it')).text()).toBe('')
  })

  test('a page is read when the one before has been taken, and not sooner', async () => {
    let asked = 0
    const { openReader } = memoryLogStore({ now: () => NOW })
    const reader: LogReader = Object.assign(openReader(), {
      search: async () => {
        asked++
        return { events: events.slice(0, 1_000), more: true }
      },
    })
    const question = ExportInput.parse({ limit: 10_000_000 })
    const pages = await exportLogs(reader, question, NOW, (work) => work(new AbortController().signal))
    const taken: number[] = []
    for await (const bytes of pages) {
      taken.push(Buffer.from(bytes).toString().trimEnd().split('\n').length)
      expect(asked).toBe(taken.length)
      if (taken.length === 3) break
    }
    expect(taken).toEqual([1_000, 1_000, 1_000])
  })

  test('a client that goes away ends the search for its next page', async () => {
    let asked = 0
    const ended = Promise.withResolvers<void>()
    await using app = await startQuery({
      reader: () => ({
        search: async ({ signal }: SearchRequest) => {
          if (asked++ === 0) return { events: events.slice(0, 1_000), more: true }
          await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
          ended.resolve()
          throw new LogStoreError('aborted', 'withdrawn')
        },
      }),
    })
    const client = new AbortController()
    const response = await app.get('/api/v1/export', { signal: client.signal })
    await response.body?.getReader().read()
    client.abort()
    await ended.promise
    expect(asked).toBe(2)
  })

  test('a query that is wrong and a store that is busy are answered before the stream begins', async () => {
    await using app = await startQuery({
      reader: () => ({
        search: async () => {
          throw new LogStoreError('busy', 'too many queries')
        },
      }),
    })
    const wrong = await app.get('/api/v1/export?query=foo(')
    expect(wrong.status).toBe(400)
    expect((await errorOf(wrong)).code).toBe('invalid_query')
    const busy = await app.get('/api/v1/export')
    expect(busy.status).toBe(429)
    expect(busy.headers.get('retry-after')).toBe('1')
  })

  test('a stream that fails on its way is cut off, never ended as if it were whole', async () => {
    let asked = 0
    await using app = await startQuery({
      reader: () => ({
        search: async () => {
          if (asked++ > 0) throw new LogStoreError('corrupt', 'a file is missing')
          return { events: events.slice(0, 1_000), more: true }
        },
      }),
    })
    const response = await app.get('/api/v1/export')
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  })
})
