import type { AlertJson } from '@heartwood/api'
import { expect, test } from 'vitest'
import { prepareAlerts } from '../src/features/alerts/prepare-alerts.ts'
import { searchOfUrl } from '../src/features/search/search-url.ts'

function rule(name: string, change: Partial<AlertJson> = {}): AlertJson {
  return {
    name,
    severity: 'warning',
    query: 'level:error "a & b"',
    condition: 'more than 10 events in 5m',
    state: 'inactive',
    since: null,
    value: null,
    evaluated_at: null,
    logs: null,
    error: null,
    ...change,
  }
}

test('firing rules stand first, the worst on top, and are counted', () => {
  const view = prepareAlerts([
    rule('a'),
    rule('b', { state: 'firing', since: '2026-03-01T10:00:00Z' }),
    rule('c', { state: 'firing', severity: 'critical', since: '2026-03-01T10:00:00Z' }),
    rule('d', { state: 'pending' }),
  ])
  expect(view.lines.map(({ name }) => name)).toEqual(['c', 'b', 'd', 'a'])
  expect([view.firing, view.worst]).toEqual([2, 'critical'])
})

test('the link of a rule leads to the logs it counted, and stays there as time goes on', () => {
  const logs = { from_time: '2026-03-01T09:55:00.000Z', to_time: '2026-03-01T10:02:00.000Z' }
  const [line] = prepareAlerts([rule('b', { state: 'firing', since: '2026-03-01T10:00:00Z', logs })]).lines
  expect(searchOfUrl(new URL(line?.href ?? '', 'http://page').search)).toMatchObject({
    query: 'level:error "a & b"',
    from: '2026-03-01T09:55:00.000Z',
    to: '2026-03-01T10:02:00.000Z',
  })
})
