import { PercentilesOutput } from '@heartwood/api'
import { describe, expect, test } from 'vitest'
import { event, NOW } from './events.ts'
import { errorOf, startQuery, type TestApp } from './query-app.ts'

const events = Array.from({ length: 100 }, (_, index) =>
  event(`p-${index}`, {
    timestamp: NOW - BigInt(index + 1),
    service: index < 90 ? 'cart' : 'mail',
    attributes: { took: index < 99 ? index + 1 : 'slow' },
  }),
)

async function ask(app: TestApp, parameters: Record<string, string>): Promise<PercentilesOutput> {
  const response = await app.get(`/api/v1/percentiles?${new URLSearchParams(parameters)}`)
  expect(response.status).toBe(200)
  return PercentilesOutput.parse(await response.json())
}

describe('GET /api/v1/percentiles', () => {
  test('the 50th, 95th and 99th of all numbers, and that they are exact', async () => {
    await using app = await startQuery()
    await app.append(events)
    expect(await ask(app, { field: 'took' })).toMatchObject({
      field: 'took',
      by: null,
      percentiles: [50, 95, 99],
      exact: true,
      relative_error: 0,
      groups: [{ value: '', count: 99, values: [50, 95, 99] }],
      read: { rows: 100 },
    })
  })

  test('by: for each value, those with most numbers first, no more than limit', async () => {
    await using app = await startQuery()
    await app.append(events)
    const asked = { field: 'took', percentiles: '100,0.1', by: 'service', query: 'took:*' }
    const cart = { value: 'cart', count: 90, values: [90, 1] }
    expect((await ask(app, asked)).groups).toEqual([cart, { value: 'mail', count: 9, values: [99, 91] }])
    expect((await ask(app, { ...asked, limit: '1' })).groups).toEqual([cart])
  })

  test('a field without any number has no groups', async () => {
    await using app = await startQuery()
    await app.append(events)
    expect((await ask(app, { field: 'nobody.has', by: 'service' })).groups).toEqual([])
  })

  test('a field that never is a number is refused by its name, and so are percentiles that are none', async () => {
    await using app = await startQuery()
    const refused = await app.get('/api/v1/percentiles?field=service')
    expect(refused.status).toBe(400)
    expect(await errorOf(refused)).toMatchObject({
      code: 'unsupported_query',
      message: expect.stringContaining('service'),
    })
    for (const percentiles of ['101', '95,', 'p95', Array.from({ length: 21 }, () => '5').join()]) {
      const answer = await app.get(`/api/v1/percentiles?field=took&percentiles=${percentiles}`)
      expect(answer.status).toBe(400)
      expect(await errorOf(answer)).toMatchObject({
        code: 'invalid_parameter',
        message: expect.stringContaining('percentiles'),
      })
    }
  })
})
