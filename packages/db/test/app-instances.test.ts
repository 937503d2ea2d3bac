import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NewInstance, openDatabase } from '../src/index.ts'
import { migrate } from '../src/migrate.ts'
import { query, startTestServer, type TestServer } from './test-database.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const instance = (changes: Partial<NewInstance> = {}): NewInstance => ({
  id: randomUUID(),
  app: 'indexer',
  name: 'host-1',
  url: 'http://10.0.0.1:4322',
  version: '0.1.0',
  startedAt: 1_760_000_000_123,
  health: { reasons: { kafka: 'is away' }, warnings: {} },
  ...changes,
})
const SILENT = 10_000

test('an instance is found as it said last, with how long ago that was', async () => {
  await using db = await server.openMigrated()
  const one = instance()
  const two = instance({ name: 'host-2', health: { reasons: {}, warnings: {} } })
  expect(await db.appInstances.beat(one, SILENT)).toBe(true)
  expect(await db.appInstances.beat(two, SILENT)).toBe(true)
  const healthy = { ...one, health: { reasons: {}, warnings: { lag: 'grows' } } }
  expect(await db.appInstances.beat(healthy, SILENT)).toBe(true)
  const known = await db.appInstances.all()
  expect(known.map(({ silentMillis: _, ...rest }) => rest)).toEqual([healthy, two])
  for (const { silentMillis } of known) expect(silentMillis).toBeLessThan(5_000)
})

test('a start that takes the place of an earlier one has its name; the earlier one does not get it back while the other lives', async () => {
  const url = await server.emptyDatabase()
  await migrate(url)
  await using db = openDatabase(url)
  const before = instance()
  const after = instance({ startedAt: before.startedAt + 1 })
  await db.appInstances.beat(before, SILENT)
  expect(await db.appInstances.beat(after, SILENT)).toBe(true)
  expect(await db.appInstances.beat(before, SILENT)).toBe(false)
  expect((await db.appInstances.all()).map(({ id }) => id)).toEqual([after.id])
  await query(url, `UPDATE app_instance SET heartbeat_at = now() - interval '11 seconds'`)
  expect(await db.appInstances.beat(before, SILENT)).toBe(true)
})

test('the same name in another app is another instance', async () => {
  await using db = await server.openMigrated()
  await db.appInstances.beat(instance(), SILENT)
  await db.appInstances.beat(instance({ app: 'query' }), SILENT)
  expect((await db.appInstances.all()).map(({ app }) => app)).toEqual(['indexer', 'query'])
})

test('one that ends in order is gone at once, one that is silent after a while', async () => {
  const url = await server.emptyDatabase()
  await migrate(url)
  await using db = openDatabase(url)
  const [ended, silent, there] = [instance(), instance({ name: 'host-2' }), instance({ name: 'host-3' })]
  for (const each of [ended, silent, there]) await db.appInstances.beat(each, SILENT)
  await db.appInstances.remove(ended.id)
  await query(url, `UPDATE app_instance SET heartbeat_at = now() - interval '1 hour' WHERE name = 'host-2'`)
  const [first] = await db.appInstances.all()
  expect(first).toMatchObject({ name: 'host-2', silentMillis: expect.closeTo(3_600_000, -4) })
  await db.appInstances.removeSilent(1_800_000)
  expect((await db.appInstances.all()).map(({ name }) => name)).toEqual(['host-3'])
})
