import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, Lease } from '../src/index.ts'
import { openDatabase } from '../src/index.ts'
import { migrate } from '../src/migrate.ts'
import { query, startTestServer, type TestServer } from './test-database.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const LONG = { millis: 60_000, limit: 100 }

/** A database, and a way to let every lease in it expire. */
async function leases() {
  const url = await server.emptyDatabase()
  await migrate(url)
  const db = openDatabase(url)
  const expire = () => query(url, `UPDATE lease SET expires_at = now() - interval '1 second'`)
  return { db, url, expire, [Symbol.asyncDispose]: () => db.close() }
}

const namesOf = (taken: readonly Lease[]) => taken.map(({ name }) => name).sort()

/** The one lease. */
async function taken(db: Database, owner: string, name = 'rule'): Promise<Lease> {
  const [lease] = await db.leases.take(owner, [name], LONG)
  if (lease === undefined) throw new Error(`${owner} did not get ${name}`)
  return lease
}

describe('a lease', () => {
  test('is for one owner, until it expires or is given back; each time another epoch, larger than the last', async () => {
    await using world = await leases()
    const { db, expire } = world
    const first = await taken(db, 'a')
    expect(await db.leases.take('b', ['rule'], LONG)).toEqual([])
    await expire()
    const second = await taken(db, 'b')
    await db.leases.release('b', ['rule'])
    const third = await taken(db, 'a')
    expect(second.epoch).toBeGreaterThan(first.epoch)
    expect(third.epoch).toBeGreaterThan(second.epoch)
  })

  test('is what the owner has from one renewal to the next, however often it is renewed', async () => {
    await using world = await leases()
    const { db, url } = world
    const lease = await taken(db, 'a')
    expect(await db.leases.renew('a', 120_000)).toEqual([lease])
    const left = await query(url, 'SELECT extract(epoch FROM expires_at - now())::int AS seconds FROM lease')
    expect(left).toEqual([{ seconds: expect.closeTo(120, -1) }])
    expect(await db.leases.renew('b', 120_000)).toEqual([])
  })

  test('that expired is not renewed, also where nobody has taken it', async () => {
    await using world = await leases()
    const { db, expire } = world
    const lease = await taken(db, 'a')
    await expire()
    expect(await db.leases.renew('a', 60_000)).toEqual([])
    expect(await db.leases.holds('a', lease)).toBe(false)
  })

  test('that was lost cannot be given back, renewed or shown by its old owner, nor by the same owner under an old epoch', async () => {
    await using world = await leases()
    const { db, expire } = world
    const old = await taken(db, 'a')
    await expire()
    const stolen = await taken(db, 'b')
    await db.leases.release('a', ['rule'])
    expect(await db.leases.renew('a', 60_000)).toEqual([])
    expect(await db.leases.holds('a', old)).toBe(false)
    expect(await db.leases.holds('a', stolen)).toBe(false)
    expect(await db.leases.holds('b', stolen)).toBe(true)
    await expire()
    const again = await taken(db, 'a')
    expect(await db.leases.holds('a', old)).toBe(false)
    expect(await db.leases.holds('a', again)).toBe(true)
  })
})

test('however many reach for many leases at once, each lease has one owner', async () => {
  await using world = await leases()
  const { db, expire } = world
  const names = Array.from({ length: 40 }, (_, i) => `rule ${i}`)
  const owners = ['a', 'b', 'c', 'd', 'e']
  for (let round = 0; round < 10; round++) {
    const orders = owners.map((_, i) => [...names.slice(i * 8), ...names.slice(0, i * 8)])
    const got = await Promise.all(
      owners.map((owner, i) => db.leases.take(owner, orders[i] ?? [], { millis: 60_000, limit: 25 })),
    )
    expect(new Set(got.flatMap(namesOf)).size).toBe(got.flat().length)
    const rest = await db.leases.take('f', names, LONG)
    expect([...got.flat(), ...rest].map(({ name }) => name).sort()).toEqual([...names].sort())
    await expire()
  }
})

test('what somebody has, or had a short while ago, is known', async () => {
  await using world = await leases()
  const { db, expire } = world
  await taken(db, 'a', 'past')
  await expire()
  await taken(db, 'b', 'present')
  expect(await db.leases.heldWithin(0)).toEqual(['present'])
  expect(await db.leases.heldWithin(60_000)).toEqual(['past', 'present'])
})

test('as many are taken as are wanted, the first of the list', async () => {
  await using world = await leases()
  const { db } = world
  await taken(db, 'other', 'c')
  const got = await db.leases.take('a', ['d', 'c', 'b', 'a'], { millis: 60_000, limit: 2 })
  expect(namesOf(got)).toEqual(['b', 'd'])
})

describe('in a transaction', () => {
  test('a lease that is held is not taken before the end, although it expires', async () => {
    await using world = await leases()
    const { db, url } = world
    const lease = await taken(db, 'a')
    const order: string[] = []
    const inside = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    await using other = openDatabase(url)
    await query(url, `UPDATE lease SET expires_at = clock_timestamp() + interval '400 milliseconds'`)
    const working = db.transaction(async (transaction) => {
      expect(await transaction.leases.holds('a', lease)).toBe(true)
      inside.resolve()
      await mayEnd.promise
      order.push('the owner ends')
    })
    await inside.promise
    await query(url, `SELECT pg_sleep_until(expires_at + interval '1 millisecond') FROM lease`)
    const stealing = taken(other, 'b').then(() => order.push('the other takes it'))
    const waiting = () => query(url, 'SELECT FROM pg_locks WHERE NOT granted')
    await expect.poll(waiting).toHaveLength(1)
    mayEnd.resolve()
    await Promise.all([working, stealing])
    expect(order).toEqual(['the owner ends', 'the other takes it'])
  })

  test('an owner that stands still holds nobody up for long, and what it began comes to nothing', async () => {
    await using world = await leases()
    const { db, url } = world
    const lease = await taken(db, 'a')
    await using stopped = openDatabase(url, { idleInTransactionMillis: 100 })
    const working = stopped.transaction(async (transaction) => {
      await transaction.leases.holds('a', lease)
      await transaction.leases.release('a', ['rule'])
      await query(url, `SELECT pg_sleep(0.5)`)
      await transaction.leases.holds('a', lease)
    })
    await expect(working).rejects.toThrow()
    expect(await db.leases.holds('a', lease)).toBe(true)
  })
})
