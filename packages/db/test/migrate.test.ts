import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MIGRATIONS, migrate } from '../src/migrate.ts'
import { query, startTestServer, type TestServer } from './test-database.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A folder of migrations that a test may change. */
async function migrationsFolder() {
  const path = await mkdtemp(join(tmpdir(), 'heartwood-migrations-'))
  const add = async (name: string, sql: string) => {
    await mkdir(join(path, name), { recursive: true })
    await writeFile(join(path, name, 'migration.sql'), sql)
  }
  return { path, add, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test('the migrations make the tables once, and a second run has nothing to do', async () => {
  const url = await server.emptyDatabase()
  const applied = await migrate(url)
  expect(applied[0]).toBe('0001_alerts')
  expect(await migrate(url)).toEqual([])
  expect(await query(url, 'SELECT count(*)::int AS n FROM alert_state')).toEqual([{ n: 0 }])
})

test('many processes at once apply each migration once', async () => {
  const url = await server.emptyDatabase()
  await using folder = await migrationsFolder()
  await folder.add('0001_a', 'CREATE TABLE a (n int); SELECT pg_sleep(0.2)')
  await folder.add('0002_b', 'INSERT INTO a VALUES (1)')
  const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(url, folder.path)))
  expect(runs.flat().sort()).toEqual(['0001_a', '0002_b'])
  expect(await query(url, 'SELECT n FROM a')).toEqual([{ n: 1 }])
})

test('a migration that fails changes nothing, and works once it is mended', async () => {
  const url = await server.emptyDatabase()
  await using folder = await migrationsFolder()
  await folder.add('0001_a', 'CREATE TABLE a (n int)')
  await folder.add('0002_b', 'CREATE TABLE b (n int); SELECT broken FROM nowhere')
  await expect(migrate(url, folder.path)).rejects.toThrow(
    'migration 0002_b failed: relation "nowhere" does not exist',
  )
  expect(await query(url, `SELECT to_regclass('b') AS b`)).toEqual([{ b: null }])
  await folder.add('0002_b', 'CREATE TABLE b (n int)')
  expect(await migrate(url, folder.path)).toEqual(['0002_b'])
})

test('an applied migration that was changed is an error, other line ends are not', async () => {
  const url = await server.emptyDatabase()
  await using folder = await migrationsFolder()
  await folder.add('0001_a', 'CREATE TABLE a (n int);\n')
  await migrate(url, folder.path)
  await folder.add('0001_a', 'CREATE TABLE a (n int);\r\n')
  expect(await migrate(url, folder.path)).toEqual([])
  await folder.add('0001_a', 'CREATE TABLE a (n bigint);\n')
  await expect(migrate(url, folder.path)).rejects.toThrow('migration 0001_a was changed after it was applied')
})

test('a database of a newer version is refused', async () => {
  const url = await server.emptyDatabase()
  await using folder = await migrationsFolder()
  await cp(MIGRATIONS, folder.path, { recursive: true })
  await folder.add('9999_future', 'CREATE TABLE future (n int)')
  await migrate(url, folder.path)
  await expect(migrate(url)).rejects.toThrow('the database has migration 9999_future, which this version')
})

test('a migration that would be slipped in before an applied one is refused', async () => {
  const url = await server.emptyDatabase()
  await using folder = await migrationsFolder()
  await folder.add('0002_b', 'CREATE TABLE b (n int)')
  await migrate(url, folder.path)
  await folder.add('0001_a', 'CREATE TABLE a (n int)')
  await expect(migrate(url, folder.path)).rejects.toThrow('migration 0001_a stands before 0002_b')
  await rename(join(folder.path, '0001_a'), join(folder.path, '0003_a'))
  expect(await migrate(url, folder.path)).toEqual(['0003_a'])
})
