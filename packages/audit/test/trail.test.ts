import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auditTrailContract, event } from '../src/contract.ts'
import { memoryTrail, outboxPublisher } from '../src/index.ts'
import { REMOVED } from '../src/secrets.ts'
import { logsIn, logsInOutbox, memoryPlace, NOW, temporaryFolder, trailOver } from './trail-places.ts'

auditTrailContract('memory', async ({ full }) => {
  const trail = memoryTrail(full ? 0 : undefined)
  return {
    trail,
    kept: async () => trail.events.map(({ message }) => message),
    [Symbol.asyncDispose]: () => trail.close(),
  }
})

auditTrailContract('a queue in memory', ({ full }) => memoryPlace(full ? 0 : undefined))

auditTrailContract('an outbox on disk', async ({ full }) => {
  const folder = await temporaryFolder()
  const dir = join(folder.path, 'outbox')
  const trail = trailOver(outboxPublisher(dir, full ? 10 : undefined))
  return {
    trail,
    kept: async () => (await logsInOutbox(dir)).map(({ message }) => message),
    async [Symbol.asyncDispose]() {
      await trail.close()
      await folder[Symbol.asyncDispose]()
    },
  }
})

describe('the audit trail of a process', () => {
  test('what was given up is said with the next event that is kept: how many, since when and why', async () => {
    await using place = await memoryPlace(1_000)
    const { trail, queue } = place
    await trail.record(event('kept'))
    await trail.record(event('x'.repeat(400)))
    await trail.record(event('y'.repeat(400)))
    expect(trail.stats().lost).toBe(2)
    const consumer = queue.consumer()
    await consumer.release(0, (await consumer.end(0)) ?? 0n)
    await trail.record(event('kept again'))
    const messages = (await logsIn(queue.consumer())).map(({ message }) => message)
    expect(messages[0]).toBe('kept again')
    expect(messages[1]).toMatch(/^2 audit events could not be kept: /)
    expect(trail.stats()).toMatchObject({ lost: 2, obstacle: undefined })
  })

  test('an outbox that cannot be opened loses events, says so, and goes on when it can', async () => {
    await using folder = await temporaryFolder()
    const dir = join(folder.path, 'outbox')
    await writeFile(dir, 'a file in its place')
    const said: (string | undefined)[] = []
    const trail = trailOver(outboxPublisher(dir), { onObstacle: (reason) => said.push(reason) })
    await trail.record(event('one'))
    expect(trail.stats().lost).toBe(1)
    await rm(dir)
    await trail.record(event('two'))
    await trail.close()
    const [two, gap] = await logsInOutbox(dir)
    expect(two?.message).toBe('two')
    expect(gap).toMatchObject({ 'event.action': 'audit-gap', 'heartwood.lost': 1 })
    expect(said).toEqual([expect.stringContaining('cannot be opened'), undefined])
  })

  test('times of one process grow, so that its events are found in their order', async () => {
    await using place = await memoryPlace()
    for (const one of ['a', 'b', 'c']) await place.trail.record(event(one))
    const times = (await logsIn(place.queue.consumer())).map((log) => log['@timestamp'])
    expect(times).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000000001Z',
      '2026-01-01T00:00:00.000000002Z',
    ])
  })

  test('no secret stands in an event, wherever it was written', async () => {
    const secret = fc.string({ minLength: 8, maxLength: 60, unit: 'grapheme' })
    const around = fc.string({ maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        around,
        around,
        async (secrets, a, b) => {
          await using place = await memoryPlace()
          const trail = trailOver(place.queue.publisher(), { secrets })
          const text = secrets.map((one) => a + one + b).join(' ')
          await trail.record({
            action: 'search',
            outcome: 'success',
            message: text,
            requestId: text,
            actor: {
              user: 'owner',
              authentication: 'token',
              user_agent: text,
              address: text,
              forwarded_for: text,
            },
            attributes: { 'heartwood.query': text, 'heartwood.rows': 3 },
          })
          const [log] = await logsIn(place.queue.consumer())
          const texts = Object.values(log ?? {}).filter((value) => typeof value === 'string')
          expect(texts.some((one) => one.includes(REMOVED))).toBe(true)
          // What removing brings about by itself is no secret.
          const left = texts.map((one) => one.replaceAll(REMOVED, '\u0000'))
          for (const one of secrets) for (const value of left) expect(value).not.toContain(one)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('an event is a log in the words of ECS, with who, where and what', async () => {
    await using place = await memoryPlace()
    await place.trail.record({
      action: 'delete',
      outcome: 'failure',
      message: 'delete',
      requestId: 'request-1',
      actor: { user: 'owner', authentication: 'session', address: '10.0.0.9', token_fingerprint: 'abc' },
      attributes: { 'heartwood.query': 'level:error', missing: undefined },
    })
    const [log] = await logsIn(place.queue.consumer())
    expect(log).toMatchObject({
      level: 'warn',
      service: 'heartwood',
      hostname: 'host-1',
      request_id: 'request-1',
      'event.dataset': 'heartwood.audit',
      'event.action': 'delete',
      'event.category': 'database',
      'event.type': 'deletion',
      'event.outcome': 'failure',
      'user.name': 'owner',
      'client.address': '10.0.0.9',
      'heartwood.token_fingerprint': 'abc',
      'heartwood.query': 'level:error',
      'process.pid': 7,
    })
    expect(log).not.toHaveProperty('missing')
    expect(Date.parse(String(log?.['@timestamp']))).toBe(Number(NOW / 1_000_000n))
  })
})
