import { SearchOutput } from '@heartwood/api'
import { exactIntegers, isoFromNanos } from '@heartwood/event'
import { describe, expect, test } from 'vitest'
import { event, NOW, someEvents } from './events.ts'
import { errorOf, startQuery, type TestApp } from './query-app.ts'

async function search(app: TestApp, parameters: Record<string, string>): Promise<SearchOutput> {
  const response = await app.get(`/api/v1/search?${new URLSearchParams(parameters)}`)
  expect(response.status).toBe(200)
  return SearchOutput.parse(await response.json())
}

describe('GET /api/v1/search', () => {
  test('answers newest first with an exact total and the time it took', async () => {
    await using app = await startQuery()
    await app.append(someEvents(250))
    const answer = await search(app, {})
    expect(answer.total).toBe(250)
    expect(answer.total_relation).toBe('eq')
    expect(answer.logs).toHaveLength(100)
    const times = answer.logs.map((log) => log['@timestamp'])
    expect(times).toEqual([...times].sort().reverse())
    expect(answer.took_ms).toBeGreaterThanOrEqual(0)
  })

  test('answers a query as long as an address that the web app takes', async () => {
    await using app = await startQuery()
    await app.append(someEvents(1))
    expect((await search(app, { query: `NOT ${'a'.repeat(19_000)}` })).total).toBe(1)
  })

  test('takes nothing from outside the range: an hour back unless asked otherwise, the end excluded', async () => {
    await using app = await startQuery()
    await app.append([
      event('old', { timestamp: NOW - 3_600_000_000_001n }),
      event('first', { timestamp: NOW - 3_600_000_000_000n }),
      event('now', { timestamp: NOW }),
    ])
    expect((await search(app, {})).logs.map(({ id }) => id)).toEqual(['first'])
    const to = isoFromNanos(NOW + 1n)
    expect((await search(app, { from_time: 'now-2h', to_time: to })).logs.map(({ id }) => id)).toEqual([
      'now',
      'first',
      'old',
    ])
  })

  test('service and level are lists of which any may match, and are ANDed to the query', async () => {
    await using app = await startQuery()
    await app.append(someEvents(280))
    const { logs } = await search(app, {
      query: 'status:500 OR status:200',
      service: 'checkout, cart',
      level: 'ERROR,fatal',
      limit: '1000',
    })
    expect(logs.length).toBeGreaterThan(0)
    expect(new Set(logs.map(({ service }) => service))).toEqual(new Set(['checkout', 'cart']))
    expect(new Set(logs.map(({ level }) => level))).toEqual(new Set(['error', 'fatal']))
  })

  test('a parameter left empty is one not given', async () => {
    await using app = await startQuery()
    await app.append(someEvents(3))
    const empty = ['query', 'service', 'level', 'from_time', 'to_time', 'limit', 'cursor', 'total']
    const answer = await search(app, Object.fromEntries(empty.map((name) => [name, ''])))
    expect(answer.logs).toEqual((await search(app, {})).logs)
  })

  test('integers that a double cannot hold keep every digit', async () => {
    await using app = await startQuery()
    await app.append([
      event('big', {
        attributes: { order: 9_007_199_254_740_993n, list: [1n, 18_014_398_509_481_985n] },
        rest: '{"deep":[{"n":9007199254740995}]}',
      }),
    ])
    const text = await (await app.get('/api/v1/search')).text()
    expect(text).toContain('"order":9007199254740993')
    expect(text).toContain('[1,18014398509481985]')
    expect(text).toContain('"n":9007199254740995')
    const log = JSON.parse(await (await app.get('/api/v1/logs/big')).text(), exactIntegers)
    expect(log.attributes.order).toBe(9_007_199_254_740_993n)
  })

  test('total=none leaves the counting out and says that there may be more', async () => {
    await using app = await startQuery({
      reader: () => ({ count: () => Promise.reject(new Error('counted')) }),
    })
    await app.append(someEvents(30))
    const first = await search(app, { limit: '20', total: 'none' })
    expect([first.total, first.total_relation]).toEqual([20, 'gte'])
    const second = await search(app, { limit: '20', total: 'none', cursor: first.next_cursor ?? '' })
    expect([second.total, second.total_relation, second.next_cursor]).toEqual([30, 'gte', null])
    // One page that holds everything is an exact total without any counting.
    const whole = await search(app, { limit: '100' })
    expect([whole.total, whole.total_relation]).toEqual([30, 'eq'])
  })

  test('a wrong query is marked with spans', async () => {
    await using app = await startQuery()
    const response = await app.get(
      `/api/v1/search?${new URLSearchParams({ query: 'service:checkout AND (level:error' })}`,
    )
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error.code).toBe('invalid_query')
    expect(error.spans?.[0]).toMatchObject({
      start: expect.any(Number),
      end: expect.any(Number),
      severity: 'error',
    })
  })

  test.each([
    ['unknown parameters', 'colour=red&size=1', /colour.*size/],
    ['a limit that is no number', 'limit=many', /limit/],
    ['a limit of zero', 'limit=0', /limit/],
    ['a parameter given twice', 'limit=1&limit=2', /limit/],
    ['a time that is none', 'from_time=yesterday', /from_time.*yesterday/],
    ['a range the wrong way round', 'from_time=now&to_time=now-1h', /from_time.*after.*to_time/],
    ['a level that is none', 'level=loud', /level.*loud/],
    ['an empty list of services', 'service=,', /service/],
    ['a made-up cursor', 'cursor=abc', /cursor/],
  ])('%s: invalid_parameter that names it', async (_what, parameters, message) => {
    await using app = await startQuery()
    const response = await app.get(`/api/v1/search?${parameters}`)
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error.code).toBe('invalid_parameter')
    expect(error.message).toMatch(message)
  })
})

describe('searching on from a place', () => {
  test('brings what lies behind it in the order, to the nanosecond, with the total of the whole range', async () => {
    await using app = await startQuery()
    await app.append([
      event('a', { timestamp: NOW - 3n }),
      event('b', { timestamp: NOW - 2n }),
      event('c,c', { timestamp: NOW - 2n }),
      event('d', { timestamp: NOW - 1n }),
    ])
    const [at] = (await search(app, { query: 'id:"c,c"' })).logs
    const after = `${at?.['@timestamp']},${at?.id}`
    const older = await search(app, { after, limit: '1' })
    expect([older.total, older.logs.map(({ id }) => id)]).toEqual([4, ['b']])
    const oldest = await search(app, { after, limit: '1', cursor: '', order: 'oldest' })
    expect([oldest.total, oldest.logs.map(({ id }) => id)]).toEqual([4, ['d']])
    const more = await search(app, { limit: '1', cursor: older.next_cursor ?? '' })
    expect([more.logs.map(({ id }) => id), more.next_cursor]).toEqual([['a'], null])
    const nothing = await search(app, { after: `${isoFromNanos(NOW - 3n)},a` })
    expect([nothing.total, nothing.total_relation, nothing.logs]).toEqual([4, 'eq', []])
  })

  test.each([
    ['no id', 'after=2026-01-01T00:00:00Z', /after.*comma/],
    ['no time', 'after=soon,a', /after.*soon/],
    ['an order that is none', 'order=random', /order/],
  ])('%s: invalid_parameter that names it', async (_what, parameters, message) => {
    await using app = await startQuery()
    const response = await app.get(`/api/v1/search?${parameters}`)
    expect([response.status, (await errorOf(response)).message]).toEqual([
      400,
      expect.stringMatching(message),
    ])
  })

  test('together with a cursor it is refused', async () => {
    await using app = await startQuery()
    await app.append(someEvents(10))
    const { next_cursor } = await search(app, { limit: '3' })
    const response = await app.get(`/api/v1/search?limit=3&after=now,a&cursor=${next_cursor}`)
    expect([response.status, (await errorOf(response)).message]).toEqual([
      400,
      expect.stringMatching(/^after/),
    ])
  })
})

describe('cursors', () => {
  test('pages hold every event of the first page’s time exactly once while new ones arrive', async () => {
    await using app = await startQuery()
    await app.append(someEvents(500))
    const expected = someEvents(500).map(({ id }) => id)
    const found: string[] = []
    let cursor: string | null = ''
    for (let page = 0; cursor !== null && page < 100; page++) {
      const answer: SearchOutput = await search(app, { limit: '37', ...(cursor !== '' && { cursor }) })
      found.push(...answer.logs.map(({ id }) => id))
      cursor = answer.next_cursor
      expect(answer.total).toBe(500 + page)
      // Time goes on. What arrives is newer than the first page, or as new as its newest event.
      app.clock.now += 600_000_000_000n
      await app.append([event(`zz-${page}`, { timestamp: NOW + BigInt(page) })])
      await app.append([event(`zy-${page}`, { timestamp: NOW - 1n })])
    }
    expect(found.filter((id) => id.startsWith('batch')).sort()).toEqual(expected.sort())
    expect(new Set(found).size).toBe(found.length)
  })

  test('oldest first, they hold the same events the other way round', async () => {
    await using app = await startQuery()
    await app.append(someEvents(100))
    const newest = (await search(app, { limit: '1000' })).logs.map(({ id }) => id)
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const more = cursor === '' ? undefined : { cursor }
      const answer: SearchOutput = await search(app, { limit: '17', order: 'oldest', ...more })
      expect(answer.total).toBe(100)
      found.push(...answer.logs.map(({ id }) => id))
      cursor = answer.next_cursor
    }
    expect(found).toEqual(newest.toReversed())
  })

  test('a cursor of one order is refused by the other', async () => {
    await using app = await startQuery()
    await app.append(someEvents(10))
    const { next_cursor } = await search(app, { limit: '3', order: 'oldest' })
    const response = await app.get(`/api/v1/search?limit=3&cursor=${next_cursor}`)
    expect(response.status).toBe(400)
    expect((await errorOf(response)).message).toMatch(/order/)
  })

  test('a cursor of another question is refused instead of answering something else', async () => {
    await using app = await startQuery()
    await app.append(someEvents(10))
    const { next_cursor } = await search(app, { limit: '3', query: 'request' })
    const response = await app.get(`/api/v1/search?limit=3&query=took&cursor=${next_cursor}`)
    expect(response.status).toBe(400)
    expect((await errorOf(response)).message).toMatch(/another query/)
  })
})
