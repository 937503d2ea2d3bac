import { CompareOutput } from '@heartwood/api'
import { expect, test } from 'vitest'
import { event, NOW } from './events.ts'
import { startQuery, type TestApp } from './query-app.ts'

const MINUTE = 60_000_000_000n
const errors = (prefix: string, count: number, service: string, minutesAgo: bigint) =>
  Array.from({ length: count }, (_, index) =>
    event(`${prefix}-${index}`, {
      service,
      level: 'error',
      severity_number: 17,
      timestamp: NOW - minutesAgo * MINUTE,
    }),
  )

async function compare(app: TestApp): Promise<CompareOutput> {
  const response = await app.get('/api/v1/compare?from_time=now-10m')
  expect(response.status).toBe(200)
  return CompareOutput.parse(await response.json())
}

test('the service that got worse stands first, before those that are as bad as ever', async () => {
  await using app = await startQuery()
  await app.append([
    event('old-0', { timestamp: NOW - 60n * MINUTE }),
    ...errors('a', 50, 'as ever', 15n),
    ...errors('b', 50, 'as ever', 5n),
    ...errors('c', 2, 'worse', 15n),
    ...errors('d', 20, 'worse', 5n),
    ...errors('e', 12, 'silent', 15n).map((event) => ({
      ...event,
      level: 'info' as const,
      severity_number: 9 as const,
    })),
  ])
  const { values, previous, total } = await compare(app)
  expect({ total, previous: previous.total, whole: previous.whole }).toEqual({
    total: 70,
    previous: 64,
    whole: true,
  })
  expect(values.map(({ value, change }) => [value, change])).toEqual([
    ['worse', 'errors_up'],
    ['silent', 'gone'],
    ['as ever', 'steady'],
  ])
})

test('a store that began within the time before says that there is nothing to compare with', async () => {
  await using app = await startQuery()
  await app.append([...errors('a', 1, 'busy', 12n), ...errors('b', 40, 'busy', 5n)])
  const { values, previous } = await compare(app)
  expect(previous.whole).toBe(false)
  expect(values.map(({ value, change }) => [value, change])).toEqual([['busy', 'steady']])
})
