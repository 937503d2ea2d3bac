import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewNotification, StoredAlertState } from '../src/index.ts'
import { startTestServer, type TestServer } from './test-database.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const state = (changes: Partial<StoredAlertState> = {}): StoredAlertState => ({
  ruleId: 'many-errors',
  group: '',
  status: 'firing',
  since: 1_760_000_000_123,
  value: 9_007_199_254_740_991,
  evaluatedAt: 1_760_000_000_456,
  notifiedAt: null,
  unknown: null,
  ...changes,
})

const notification = (changes: Partial<NewNotification> = {}): NewNotification => ({
  id: randomUUID(),
  ruleId: 'many-errors',
  receiver: 'ops',
  payload: { subject: 'Many errors', samples: ['a', '"b"'] },
  createdAt: 1000,
  ...changes,
})
const due = { now: 10_000, leaseUntil: 70_000, limit: 10 }

describe('alert states', () => {
  test('come back exactly as they were saved, to the millisecond', async () => {
    await using db = await server.openMigrated()
    const states = [
      state(),
      state({ group: 'cart ☕', status: 'resolved', value: null, evaluatedAt: null, notifiedAt: 5 }),
      state({ ruleId: 'other', unknown: { since: 1, reason: 'query does not answer', notifiedAt: 2 } }),
    ]
    await db.alertStates.save(states)
    expect(await db.alertStates.all()).toEqual(expect.arrayContaining(states))
    expect(await db.alertStates.ofRule('other')).toEqual(states.slice(2))
  })

  test('are replaced by a second save, and only removed where asked', async () => {
    await using db = await server.openMigrated()
    await db.alertStates.save([state({ group: 'a' }), state({ group: 'b' }), state({ group: 'c' })])
    await db.alertStates.save([state({ group: 'b', status: 'ok' })])
    await db.alertStates.remove('many-errors', ['a'])
    const left = await db.alertStates.ofRule('many-errors')
    expect(left.map(({ group, status }) => `${group} ${status}`).sort()).toEqual(['b ok', 'c firing'])
  })

  test('of rules that are gone are forgotten', async () => {
    await using db = await server.openMigrated()
    await db.alertStates.save([state(), state({ ruleId: 'gone' }), state({ ruleId: 'gone', group: 'x' })])
    expect(await db.alertStates.keepOnly(['many-errors'])).toEqual(['gone'])
    expect(await db.alertStates.all()).toEqual([state()])
  })
})

test('state and notification are written both or not at all', async () => {
  await using db = await server.openMigrated()
  const failing = db.transaction(async (transaction) => {
    await transaction.alertStates.save([state()])
    await transaction.notifications.add([notification()])
    throw new Error('the process dies here')
  })
  await expect(failing).rejects.toThrow('the process dies here')
  expect(await db.alertStates.all()).toEqual([])
  expect(await db.notifications.waiting()).toBe(0)
})

test('two evaluations of one rule wait for each other', async () => {
  await using db = await server.openMigrated()
  const order: string[] = []
  const { promise: inside, resolve: entered } = Promise.withResolvers<void>()
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const first = db.transaction(async (transaction) => {
    await transaction.alertStates.lock('many-errors')
    entered()
    await mayEnd
    order.push('first')
  })
  await inside
  const second = db.transaction(async (transaction) => {
    await transaction.alertStates.lock('many-errors')
    order.push('second')
  })
  await db.transaction(async (transaction) => {
    await transaction.alertStates.lock('another rule')
    order.push('another rule')
  })
  end()
  await Promise.all([first, second])
  expect(order).toEqual(['another rule', 'first', 'second'])
})

describe('the outbox', () => {
  test('gives a notification to one taker only, and again when its lease is over', async () => {
    await using db = await server.openMigrated()
    const all = Array.from({ length: 20 }, (_, i) => notification({ ruleId: `rule-${i}` }))
    await db.notifications.add(all)
    const taken = (await Promise.all([1, 2, 3, 4].map(() => db.notifications.take(due)))).flat()
    expect(taken.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort())
    expect(taken[0]).toMatchObject({
      attempts: 1,
      payload: { subject: 'Many errors', samples: ['a', '"b"'] },
      createdAt: 1000,
    })
    expect(await db.notifications.take({ ...due, now: 69_999 })).toEqual([])
    const again = await db.notifications.take({ ...due, now: 70_000, leaseUntil: 99_000, limit: 100 })
    expect(again.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 20 }, () => 2))
  })

  test('a later one for the same rule and receiver waits until the earlier one is settled', async () => {
    await using db = await server.openMigrated()
    const [firing, resolved, elsewhere] = [notification(), notification(), notification({ receiver: 'log' })]
    await db.notifications.add([firing, resolved, elsewhere])
    expect((await db.notifications.take(due)).map(({ id }) => id)).toEqual([firing.id, elsewhere.id])
    await db.notifications.postpone({ id: firing.id, attempts: 1 }, 20_000, 'HTTP 503')
    expect(await db.notifications.take({ ...due, now: 19_999 })).toEqual([])
    expect(await db.notifications.nextDue()).toBe(1000)
    expect(
      (await db.notifications.take({ ...due, now: 20_000, leaseUntil: 90_000 })).map(({ id }) => id),
    ).toEqual([firing.id])
    await db.notifications.delivered(firing.id, 20_001)
    expect((await db.notifications.take({ ...due, now: 20_002 })).map(({ id }) => id)).toEqual([resolved.id])
  })

  test('whoever stood still while another took it decides nothing any more, except that it was delivered', async () => {
    await using db = await server.openMigrated()
    const one = notification()
    await db.notifications.add([one])
    const [slow] = await db.notifications.take(due)
    const [quick] = await db.notifications.take({ ...due, now: 70_000, leaseUntil: 140_000 })
    if (slow === undefined || quick === undefined) throw new Error('it was not given again')
    await db.notifications.fail(slow, 'HTTP 404')
    await db.notifications.postpone(slow, 70_001, 'HTTP 503')
    expect(await db.notifications.take({ ...due, now: 139_999 })).toEqual([])
    await db.notifications.delivered(slow.id, 80_000)
    await db.notifications.postpone(quick, 80_001, 'HTTP 503')
    expect(await db.notifications.waiting()).toBe(0)
  })

  test('a failed one is not tried again, and its error is shown until the next delivery', async () => {
    await using db = await server.openMigrated()
    const [bad, good] = [notification(), notification()]
    await db.notifications.add([bad, good])
    await db.notifications.take(due)
    await db.notifications.fail({ id: bad.id, attempts: 1 }, 'HTTP 404')
    expect(await db.notifications.deliveryErrors()).toEqual(new Map([['many-errors', 'HTTP 404']]))
    await db.notifications.take({ ...due, now: 80_000, leaseUntil: 90_000 })
    await db.notifications.delivered(good.id, 80_001)
    expect(await db.notifications.deliveryErrors()).toEqual(new Map())
    expect(await db.notifications.waiting()).toBe(0)
    expect(await db.notifications.nextDue()).toBeNull()
  })

  test('what is settled is removed after a while, what waits never', async () => {
    await using db = await server.openMigrated()
    const [settled, waiting] = [notification({ ruleId: 'a' }), notification({ ruleId: 'b' })]
    await db.notifications.add([settled, waiting])
    await db.notifications.delivered(settled.id, 2000)
    expect(await db.notifications.removeSettled(1000)).toBe(0)
    expect(await db.notifications.removeSettled(1001)).toBe(1)
    expect(await db.notifications.waiting()).toBe(1)
  })
})
