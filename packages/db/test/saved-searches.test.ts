import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAway, openDatabase, reasonOf } from '../src/index.ts'
import { savedSearch } from './saved-search.ts'
import { startTestServer, type TestServer } from './test-database.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

test('a search comes back as it was saved, and all of them by name as people sort', async () => {
  await using db = await server.openMigrated()
  const names = ['b 10', 'ä', 'B 9', 'a']
  for (const name of names) expect(await db.savedSearches.add(savedSearch({ name }))).toBe(true)
  const all = await db.savedSearches.all()
  expect(all.map(({ name }) => name)).toEqual(['ä', 'a', 'B 9', 'b 10'])
  expect(all[0]).toEqual(savedSearch({ id: all[0]?.id ?? '', name: 'ä' }))
  expect(await db.savedSearches.byId(all[1]?.id ?? '')).toEqual(all[1])
  expect(await db.savedSearches.count()).toBe(4)
})

test('a name is given once by each owner, also by two at the same moment', async () => {
  await using db = await server.openMigrated()
  const attempts = Array.from({ length: 8 }, () => db.savedSearches.add(savedSearch()))
  expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1)
  expect(await db.savedSearches.add(savedSearch({ owner: 'another' }))).toBe(true)
})

test('a replacement changes content, not owner and beginning; a taken name or an unknown id changes nothing', async () => {
  await using db = await server.openMigrated()
  const [first, second] = [savedSearch(), savedSearch({ name: 'Timeouts' })]
  await db.savedSearches.add(first)
  await db.savedSearches.add(second)
  const { id, owner, createdAt, updatedAt, ...content } = second
  const changed = { ...content, query: 'timeout', description: '' }

  expect(await db.savedSearches.replace(id, changed, 5)).toBe('replaced')
  expect(await db.savedSearches.byId(id)).toEqual({ ...changed, id, owner, createdAt, updatedAt: 5 })
  expect(await db.savedSearches.replace(id, { ...changed, name: first.name }, 6)).toBe('taken')
  expect(await db.savedSearches.replace(randomUUID(), { ...changed, name: 'x' }, 6)).toBe('missing')
  expect(await db.savedSearches.byId(id)).toMatchObject({ name: 'Timeouts', updatedAt: 5 })
})

test('what is removed is given back once, and its name is free again', async () => {
  await using db = await server.openMigrated()
  const saved = savedSearch()
  await db.savedSearches.add(saved)
  expect(await db.savedSearches.remove(saved.id)).toEqual(saved)
  expect(await db.savedSearches.remove(saved.id)).toBeUndefined()
  expect(await db.savedSearches.add(savedSearch())).toBe(true)
})

test('a database that is not there is told apart from a wrong question', async () => {
  await using away = openDatabase('postgresql://nobody@127.0.0.1:1/none')
  const error = await away.savedSearches.all().catch((error: unknown) => error)
  expect(isAway(error)).toBe(true)
  expect(reasonOf(error)).toBe("Can't reach database server at 127.0.0.1:1")
  expect(reasonOf(await away.ping().catch((error: unknown) => error))).toBe(reasonOf(error))
  await using db = await server.openMigrated()
  expect(isAway(await db.savedSearches.byId('no uuid').catch((error: unknown) => error))).toBe(false)
})
