import { parseRulesFile } from '@heartwood/alerts'
import { openDatabase, type StoredAlertState } from '@heartwood/db'
import { expect, test } from 'vitest'
import { alertJson, alertsOutput } from '../src/routes/alerts.ts'

test('while PostgreSQL is away the alerts are unavailable for now, which is no error of the product', async () => {
  // Nobody listens on port 1.
  await using database = openDatabase('postgresql://nobody:nothing@127.0.0.1:1/none')
  await expect(alertsOutput(database, [])).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 2,
  })
})

test('the logs of an alert reach from what made it fire to what was counted last', () => {
  const parsed = parseRulesFile(
    'rules: [{id: a, severity: info, kind: threshold, query: x, more_than: 3, window: 2m, for: 1m}]',
  )
  if (!parsed.ok) throw new Error(parsed.errors.join())
  const [rule] = parsed.file.rules
  if (rule === undefined) throw new Error('no rule')
  const firing: StoredAlertState = {
    ruleId: 'a',
    group: '',
    status: 'firing',
    since: Date.parse('2026-03-01T10:00:00Z'),
    value: 9,
    evaluatedAt: Date.parse('2026-03-01T10:30:00Z'),
    notifiedAt: null,
    unknown: null,
  }
  expect(alertJson(rule, [firing], undefined).logs).toEqual({
    from_time: '2026-03-01T09:57:00.000Z',
    to_time: '2026-03-01T10:30:00.000Z',
  })
  expect(alertJson(rule, [{ ...firing, status: 'resolved' }], undefined).logs).toEqual({
    from_time: '2026-03-01T10:28:00.000Z',
    to_time: '2026-03-01T10:30:00.000Z',
  })
  expect(alertJson(rule, [], undefined).logs).toBeNull()
})
