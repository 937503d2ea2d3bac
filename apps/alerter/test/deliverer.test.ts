import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { type Database, type NewNotification, openDatabase } from '@heartwood/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { type DelivererParts, startDeliverer } from '../src/delivery/deliverer.ts'
import { type WebhookReceiver, webhookReceiver } from './http-servers.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres[Symbol.asyncDispose]())

const TIMING = { firstWait: 20, longestWait: 100, poll: 20, lease: 5000, timeout: 500 }

/** A deliverer over a database and a receiver called `ops`. */
async function running(
  receiver: WebhookReceiver,
  changes: Partial<DelivererParts> = {},
  database?: Database,
) {
  const db = database ?? openDatabase(await postgres.database())
  const outcomes: string[] = []
  const logged: unknown[] = []
  const deliverer = startDeliverer({
    database: db,
    receivers: () => [{ name: 'ops', webhook: receiver.url, headers: { authorization: 'Bearer secret' } }],
    isShared: false,
    writeLog: (payload) => logged.push(payload),
    onOutcome: (name, outcome, error) => outcomes.push([name, outcome, error].filter(Boolean).join(' ')),
    onTrouble: (error) => outcomes.push(String(error)),
    now: Date.now,
    timing: TIMING,
    ...changes,
  })
  return {
    db,
    deliverer,
    outcomes,
    logged,
    async [Symbol.asyncDispose]() {
      await deliverer.stop()
      await db.close()
    },
  }
}

const notification = (subject: string, changes: Partial<NewNotification> = {}): NewNotification => ({
  id: randomUUID(),
  ruleId: 'many-errors',
  receiver: 'ops',
  payload: { notice: 'firing', subject },
  createdAt: Date.now(),
  ...changes,
})
const subjects = (receiver: WebhookReceiver) => receiver.accepted.map(({ body }) => body.subject)

test('a notification is posted once, as JSON, with its id as Idempotency-Key and the headers of the receiver', async () => {
  await using receiver = await webhookReceiver()
  await using run = await running(receiver)
  const one = notification('hello')
  await run.db.notifications.add([one])
  run.deliverer.wake()
  await expect.poll(() => run.db.notifications.waiting()).toBe(0)
  expect(receiver.attempts).toMatchObject([
    {
      id: one.id,
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
      body: { notice: 'firing', subject: 'hello' },
    },
  ])
  expect(run.outcomes).toEqual(['ops delivered'])
})

test('a receiver that fails gets it again until it takes it, each time with the same key', async () => {
  await using receiver = await webhookReceiver()
  receiver.answers = [500, 503, 500, 502, 500, 200].map((status) => ({ status }))
  await using run = await running(receiver)
  const one = notification('hello')
  await run.db.notifications.add([one])
  await expect.poll(() => subjects(receiver), { timeout: 15_000 }).toEqual(['hello'])
  expect(receiver.attempts.map(({ id }) => id)).toEqual(Array.from({ length: 6 }, () => one.id))
  await expect
    .poll(() => run.outcomes)
    .toEqual([
      'ops postponed receiver ops: HTTP 503',
      'ops postponed receiver ops: HTTP 502',
      'ops delivered',
    ])
}, 20_000)

test('a receiver that cannot be reached keeps the notification waiting', async () => {
  await using receiver = await webhookReceiver()
  await using run = await running(receiver, {
    receivers: () => [{ name: 'ops', webhook: 'http://127.0.0.1:1/nobody', headers: {} }],
  })
  await run.db.notifications.add([notification('hello')])
  await expect.poll(() => run.outcomes[0], { timeout: 10_000 }).toMatch(/^ops postponed receiver ops: /)
  expect(await run.db.notifications.waiting()).toBe(1)
})

test('what the receiver refuses for good is not repeated, and does not hold up the next', async () => {
  await using receiver = await webhookReceiver()
  receiver.answers = [{ status: 404 }, { status: 200 }]
  await using run = await running(receiver)
  await run.db.notifications.add([notification('refused'), notification('taken')])
  await expect.poll(() => subjects(receiver)).toEqual(['taken'])
  await expect.poll(() => run.db.notifications.waiting()).toBe(0)
  expect(receiver.attempts.length).toBe(2)
  expect(run.outcomes).toEqual(['ops failed receiver ops: HTTP 404', 'ops delivered'])
})

test('a resolve never overtakes its firing, another receiver does not wait for it', async () => {
  await using receiver = await webhookReceiver()
  receiver.answers = [{ status: 503 }, { status: 503 }, { status: 503 }, { status: 503 }, { status: 200 }]
  await using run = await running(receiver)
  await run.db.notifications.add([
    notification('firing'),
    notification('resolved'),
    notification('in the log', { receiver: 'log' }),
  ])
  await expect.poll(() => run.logged).toEqual([{ notice: 'firing', subject: 'in the log' }])
  expect(subjects(receiver)).toEqual([])
  await expect.poll(() => subjects(receiver), { timeout: 15_000 }).toEqual(['firing', 'resolved'])
}, 20_000)

test('it waits as long as the receiver asks', async () => {
  await using receiver = await webhookReceiver()
  receiver.answers = [{ status: 429, headers: { 'retry-after': '3600' } }, { status: 200 }]
  await using run = await running(receiver, { timing: { ...TIMING, longestWait: 7_200_000 } })
  const before = Date.now()
  await run.db.notifications.add([notification('hello')])
  await expect.poll(() => run.outcomes).toEqual(['ops postponed receiver ops: HTTP 429'])
  await expect.poll(() => run.db.notifications.nextDue()).toBeGreaterThanOrEqual(before + 3_600_000)
  expect(receiver.attempts.length).toBe(1)
})

test('after a day it gives up', async () => {
  await using receiver = await webhookReceiver()
  receiver.answers = [{ status: 503 }]
  await using run = await running(receiver)
  await run.db.notifications.add([notification('old', { createdAt: Date.now() - 25 * 3_600_000 })])
  await expect.poll(() => run.outcomes, { timeout: 10_000 }).toEqual(['ops failed receiver ops: HTTP 503'])
  expect(await run.db.notifications.deliveryErrors()).toEqual(
    new Map([['many-errors', 'given up: receiver ops: HTTP 503']]),
  )
})

test('a receiver that is gone from the file fails at once; a file with a mistake only delays', async () => {
  await using receiver = await webhookReceiver()
  let receivers: ReturnType<DelivererParts['receivers']>
  await using run = await running(receiver, { receivers: () => receivers })
  await run.db.notifications.add([notification('hello')])
  await expect.poll(() => run.outcomes[0]).toContain('ops postponed the rules file has a mistake')
  receivers = [{ name: 'ops', webhook: receiver.url, headers: {} }]
  await expect.poll(() => subjects(receiver)).toEqual(['hello'])
  receivers = []
  await run.db.notifications.add([notification('late')])
  await expect.poll(() => run.outcomes.at(-1)).toBe('ops failed there is no receiver ops any more')
})

test('a stop in the midst of a delivery leaves it to the next start, at once', async () => {
  const never = await webhookReceiver()
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const silent = await onLoopback(createServer(() => resolve()))
  const db = openDatabase(await postgres.database())
  const timing = { ...TIMING, timeout: 60_000, lease: 600_000 }
  const first = await running(
    never,
    { timing, receivers: () => [{ name: 'ops', webhook: silent.url, headers: {} }] },
    db,
  )
  await db.notifications.add([notification('hello')])
  first.deliverer.wake()
  await arrived
  await first.deliverer.stop()
  await silent[Symbol.asyncDispose]()
  await using second = await running(never, { timing }, db)
  await expect.poll(() => subjects(never)).toEqual(['hello'])
  await expect.poll(() => second.outcomes).toEqual(['ops delivered'])
  await never[Symbol.asyncDispose]()
})
