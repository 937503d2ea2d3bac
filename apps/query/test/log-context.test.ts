import { ContextOutput } from '@heartwood/api'
import { expect, test } from 'vitest'
import { event, NOW } from './events.ts'
import { errorOf, startQuery, type TestApp } from './query-app.ts'

const MINUTE = 60_000_000_000n

async function context(app: TestApp, id: string, parameters: Record<string, string> = {}) {
  const response = await app.get(`/api/v1/logs/${id}/context?${new URLSearchParams(parameters)}`)
  expect(response.status).toBe(200)
  const { before, after, ...more } = ContextOutput.parse(await response.json())
  return { before: before.map((log) => log.id), after: after.map((log) => log.id), ...more }
}

/** Of two hosts in turn, three of each time. */
const LINES = Array.from({ length: 30 }, (_, i) =>
  event(`e-${String(i).padStart(2, '0')}`, {
    timestamp: NOW - BigInt(Math.floor((29 - i) / 3)),
    hostname: i % 2 === 0 ? 'even' : 'odd',
    ...(i % 5 === 0 && { pod: 'five' }),
  }),
)

test('the lines right before and after a log come in order by time and id, without the log itself', async () => {
  await using app = await startQuery()
  await app.append(LINES)
  const found = await context(app, 'e-15', { before: '4', after: '3' })
  expect(found).toMatchObject({
    before: ['e-11', 'e-12', 'e-13', 'e-14'],
    after: ['e-16', 'e-17', 'e-18'],
    more_before: true,
    more_after: true,
    same: [],
  })
  expect(found.log.id).toBe('e-15')
  const whole = await context(app, 'e-15', { before: '15', after: '14' })
  expect([whole.before.length, whole.more_before]).toEqual([15, false])
  expect([whole.after.length, whole.more_after]).toEqual([14, false])
  expect(await context(app, 'e-15', { before: '0', after: '0' })).toMatchObject({
    before: [],
    after: [],
    more_before: true,
    more_after: true,
  })
})

test('only lines with the same values are taken, of one field or of several', async () => {
  await using app = await startQuery()
  await app.append(LINES)
  expect(await context(app, 'e-10', { same: 'hostname', before: '2', after: '2' })).toMatchObject({
    before: ['e-06', 'e-08'],
    after: ['e-12', 'e-14'],
    same: ['hostname'],
  })
  const both = await context(app, 'e-10', { same: 'pod, hostname' })
  expect([both.before, both.after]).toEqual([['e-00'], ['e-20']])
})

test('a field that the log does not have is not held to, and the answer says so', async () => {
  await using app = await startQuery()
  await app.append(LINES)
  const found = await context(app, 'e-11', { same: 'pod,hostname', before: '1', after: '1' })
  expect(found).toMatchObject({ same: ['hostname'], before: ['e-09'], after: ['e-13'] })
})

test('neighbours are found however far away they are, each once', async () => {
  await using app = await startQuery()
  const distances = [2n, 14n, 15n, 16n, 60n * 23n, 60n * 24n, 60n * 24n * 400n]
  const around = distances.flatMap((minutes, index) => [
    event(`older-${index}`, { timestamp: NOW - minutes * MINUTE }),
    event(`newer-${index}`, { timestamp: NOW + minutes * MINUTE }),
  ])
  await app.append([...around, event('here', { timestamp: NOW })])
  const found = await context(app, 'here')
  expect(found.before).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `older-${index}`))
  expect(found.after).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `newer-${index}`))
  expect([found.more_before, found.more_after]).toEqual([false, false])
})

test('a log that is not there is not_found, and a field that is none is named', async () => {
  await using app = await startQuery()
  await app.append(LINES)
  const missing = await app.get('/api/v1/logs/nothing/context')
  expect([missing.status, (await errorOf(missing)).code]).toEqual([404, 'not_found'])
  const wrong = await app.get('/api/v1/logs/e-10/context?same=colour')
  expect((await errorOf(wrong)).message).toMatch(/same.*hostname/)
})
