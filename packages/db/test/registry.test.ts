import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NewInstance, startEmbeddedPostgres } from '../src/index.ts'
import { migrate } from '../src/migrate.ts'
import { openRegistry, type RegistryPace } from '../src/registry/index.ts'
import { startTestServer, type TestServer } from './test-database.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const PACE: RegistryPace = { beat: 40, look: 20, silent: 400, forget: 60_000 }
const patience = { timeout: 10_000, interval: 10 }

async function open(url: string, pace: Partial<RegistryPace> = {}, looks = true) {
  const troubles: string[] = []
  const registry = await openRegistry({
    url,
    looks,
    pace: { ...PACE, ...pace },
    onTrouble: (error) => troubles.push(String(error)),
    clock: () => performance.now(),
  })
  return {
    register: registry.register,
    listen: registry.listen,
    known: () => registry.instances,
    troubles,
    up: () => registry.instances.filter(({ isUp }) => isUp).map(({ app, name }) => `${app} ${name}`),
    down: () => registry.instances.filter(({ isUp }) => !isUp).map(({ app, name }) => `${app} ${name}`),
    [Symbol.asyncDispose]: () => registry.close(),
  }
}

async function database() {
  const url = await server.emptyDatabase()
  await migrate(url)
  return url
}

function being(app: string, name: string, changes: Partial<NewInstance> = {}) {
  const instance: NewInstance = {
    id: randomUUID(),
    app,
    name,
    url: 'http://127.0.0.1:1',
    version: '1',
    startedAt: 1_760_000_000_000,
    health: { reasons: {}, warnings: {} },
    ...changes,
  }
  return () => instance
}

test('one that does not look is seen by those that do, and knows of nobody', async () => {
  const url = await database()
  await using here = await open(url)
  await using there = await open(url, {}, false)
  await there.register(being('ingest', 'one'))
  await expect.poll(() => here.up(), patience).toEqual(['ingest one'])
  expect(there.known()).toEqual([])
})

test('those that join are seen, and those that leave in order are gone', async () => {
  const url = await database()
  await using watcher = await open(url)
  let changes = 0
  watcher.listen(() => void changes++)
  {
    await using indexer = await open(url)
    await indexer.register(being('indexer', 'a'))
    await using query = await open(url)
    await query.register(being('query', 'a'))
    await expect.poll(watcher.up, patience).toEqual(['indexer a', 'query a'])
  }
  await expect.poll(watcher.up, patience).toEqual([])
  expect(watcher.down()).toEqual([])
  expect(changes).toBeGreaterThanOrEqual(2)
})

test('one that goes silent counts as down, and as up again when it speaks', async () => {
  const url = await database()
  await using watcher = await open(url)
  // Its next beat is far away.
  await using slow = await open(url, { beat: 2_000 })
  await slow.register(being('indexer', 'a'))
  await expect.poll(watcher.up, patience).toEqual(['indexer a'])
  await expect.poll(watcher.down, patience).toEqual(['indexer a'])
  await expect.poll(watcher.up, patience).toEqual(['indexer a'])
})

test('a second process with a name that is taken is told so, and the first stays', async () => {
  const url = await database()
  await using first = await open(url)
  await first.register(being('web', 'a', { url: 'http://first:1' }))
  await using second = await open(url)
  const earlier = being('web', 'a', { url: 'http://second:1', startedAt: 1_750_000_000_000 })
  await expect(second.register(earlier)).rejects.toThrow('give each its own HEARTWOOD_INSTANCE')
  await expect.poll(() => first.known().map(({ url }) => url), patience).toEqual(['http://first:1'])
})

test('while the database is away everybody stays, and nobody is lost when it comes back', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-registry-'))
  await using removed = new AsyncDisposableStack()
  removed.defer(() => rm(dir, { recursive: true, force: true }))
  const postgres = await startEmbeddedPostgres({ dir, port: 0 })
  await migrate(postgres.url)
  await using watcher = await open(postgres.url)
  await using other = await open(postgres.url)
  await other.register(being('indexer', 'a'))
  await expect.poll(watcher.up, patience).toEqual(['indexer a'])
  const lost: string[] = []
  watcher.listen(() => lost.push(watcher.up().join()))
  await postgres.stop()
  await expect.poll(() => watcher.troubles.length, patience).toBe(1)
  // Longer than silence is allowed to last.
  await new Promise((resolve) => setTimeout(resolve, 2 * PACE.silent))
  expect(watcher.up()).toEqual(['indexer a'])
  await using back = await startEmbeddedPostgres({ dir, port: postgres.port })
  const spoke = () => other.known().find(({ silentMillis }) => silentMillis < PACE.silent)
  await expect.poll(spoke, patience).toBeDefined()
  await expect.poll(() => watcher.known()[0]?.silentMillis, patience).toBeLessThan(PACE.silent)
  expect(lost).toEqual([])
  expect(watcher.troubles).toHaveLength(1)
  expect(back.port).toBe(postgres.port)
}, 60_000)
