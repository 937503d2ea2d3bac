import { AggregateOutput } from '@heartwood/api'
import { isoFromNanos } from '@heartwood/event'
import { describe, expect, test } from 'vitest'
import { event, NOW, someEvents } from './events.ts'
import { errorOf, startQuery, type TestApp } from './query-app.ts'

async function aggregate(app: TestApp, parameters: Record<string, string>): Promise<AggregateOutput> {
  const response = await app.get(`/api/v1/aggregate?${new URLSearchParams(parameters)}`)
  expect(response.status).toBe(200)
  return AggregateOutput.parse(await response.json())
}

describe('GET /api/v1/aggregate', () => {
  test('without by: errors by service, most first, and the volume of everything per hour', async () => {
    await using app = await startQuery()
    await app.append(someEvents(280))
    const answer = await aggregate(app, {})
    expect(answer.by).toBe('service')
    expect(answer.interval_ms).toBe(3_600_000)
    const errors = someEvents(280).filter(({ severity_number }) => severity_number >= 17)
    expect(answer.top.reduce((sum, { count }) => sum + count, 0)).toBe(errors.length)
    expect(answer.top.map(({ count }) => count)).toEqual(
      answer.top.map(({ count }) => count).sort((a, b) => b - a),
    )
    expect(answer.total).toBe(280)
    expect(answer.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(280)
  })

  test('by: the field’s values of all levels, and every bucket split by them', async () => {
    await using app = await startQuery()
    await app.append(someEvents(280))
    const answer = await aggregate(app, { by: 'status', interval: '10m' })
    expect(answer.top).toEqual([
      { value: '200', count: 224 },
      { value: '500', count: 56 },
    ])
    for (const { count, groups } of answer.buckets)
      expect(Object.values(groups ?? {}).reduce((sum, n) => sum + n, 0)).toBe(count)
  })

  test('interval=none: the same total and commonest values, without buckets', async () => {
    await using app = await startQuery()
    await app.append(someEvents(280))
    for (const parameters of [{}, { by: 'status' }, { by: 'status', query: 'level:error' }]) {
      const split = await aggregate(app, { ...parameters, interval: '10m' })
      const whole = await aggregate(app, { ...parameters, interval: 'none' })
      expect(whole).toMatchObject({
        total: split.total,
        by: split.by,
        top: split.top,
        interval_ms: 0,
        buckets: [],
      })
    }
  })

  test('the range that was counted is said, and a question with these times counts the same', async () => {
    await using app = await startQuery()
    await app.append(someEvents(280))
    const relative = await aggregate(app, { from_time: 'now-90m', by: 'level', interval: '10m' })
    expect(relative.to_time).toBe(isoFromNanos(NOW))
    expect(relative.from_time).toBe(isoFromNanos(NOW - 90n * 60_000_000_000n))
    const { from_time, to_time } = relative
    const absolute = await aggregate(app, { from_time, to_time, by: 'level', interval: '10m' })
    expect(absolute.buckets).toEqual(relative.buckets)
  })

  test('buckets without events are there with a count of 0', async () => {
    await using app = await startQuery()
    await app.append([
      event('a', { timestamp: NOW - 50n * 60_000_000_000n }),
      event('b', { timestamp: NOW - 1n }),
    ])
    const { buckets } = await aggregate(app, { interval: '5m' })
    expect(buckets).toHaveLength(13)
    expect(buckets.filter(({ count }) => count === 0)).toHaveLength(11)
    const starts = buckets.map(({ start }) => Date.parse(start))
    for (const [i, start] of starts.entries()) {
      expect(start % 300_000).toBe(0)
      if (i > 0) expect(start - (starts[i - 1] ?? 0)).toBe(300_000)
    }
  })

  test.each([
    ['now-1h', '60000'],
    ['now-90s', '2000'],
    ['now-30d', '43200000'],
    ['1970-01-01', `${365 * 86_400_000}`],
  ])('interval=auto from %s makes buckets of %s ms', async (from_time, width) => {
    await using app = await startQuery()
    const { interval_ms, buckets } = await aggregate(app, { from_time, interval: 'auto' })
    expect(interval_ms).toBe(Number(width))
    expect(buckets.length).toBeGreaterThan(20)
    expect(buckets.length).toBeLessThanOrEqual(62)
  })

  test('a range before 1970 has aligned buckets too', async () => {
    await using app = await startQuery()
    const { buckets } = await aggregate(app, {
      from_time: '1969-12-31T22:30:00Z',
      to_time: '1970-01-01T00:30:00Z',
    })
    expect(buckets.map(({ start }) => start)).toEqual([
      '1969-12-31T22:00:00.000Z',
      '1969-12-31T23:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
    ])
  })

  test('more than 2,000 buckets are refused with the number there would be', async () => {
    await using app = await startQuery()
    const response = await app.get('/api/v1/aggregate?interval=1s')
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error.code).toBe('invalid_parameter')
    expect(error.message).toMatch(/1s makes 3601 buckets/)
    const from_time = isoFromNanos(NOW - 1_999n * 1_000_000_000n)
    expect((await aggregate(app, { interval: '1s', from_time })).buckets).toHaveLength(2_000)
  })

  test.each(['0s', '1', 'hour', '-1h', '1.5h'])('interval=%s is refused', async (interval) => {
    await using app = await startQuery()
    expect((await app.get(`/api/v1/aggregate?interval=${interval}`)).status).toBe(400)
  })
})
