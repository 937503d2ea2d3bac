import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts, startEmbeddedPostgres } from '@heartwood/db/embedded'
import { migrate } from '@heartwood/db/migrate'
import { expect, test, vi } from 'vitest'
import { childrenOf, spawned, temporaryFolder, until } from './processes.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 })

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Nobody else's variables. */
function runApp(app: string, env: Record<string, string>) {
  return spawned([MAIN, 'run', app], env)
}

async function answers(url: string): Promise<boolean> {
  return (await fetch(url).catch(() => undefined))?.ok === true
}

async function clusterSettings(folder: string): Promise<Record<string, string>> {
  const [ingest, nobody, database] = await freePorts(3)
  return {
    HEARTWOOD_DATA_DIR: folder,
    HEARTWOOD_INGEST_PORT: String(ingest),
    HEARTWOOD_INTERNAL_TOKEN: 'the same wherever they run',
    // Nobody is there: what an ingest cannot give to Kafka it keeps.
    KAFKA_BROKERS: `127.0.0.1:${nobody}`,
    ELASTICSEARCH_URL: `http://127.0.0.1:${nobody}`,
    DATABASE_URL: `postgresql://heartwood:password@127.0.0.1:${database}/heartwood`,
  }
}

test('it brings the database up to date, becomes the app, writes JSON lines of a service of its own, and ends in order on SIGTERM', async () => {
  await using folder = await temporaryFolder()
  await using database = await startEmbeddedPostgres({ dir: join(folder.path, 'postgres'), port: 0 })
  await writeFile(join(folder.path, 'url'), `${database.url}\n`)
  const { DATABASE_URL: _, ...settings } = await clusterSettings(folder.path)
  await using ingest = runApp('ingest', { ...settings, DATABASE_URL_FILE: join(folder.path, 'url') })
  const ingestUrl = `http://127.0.0.1:${settings.HEARTWOOD_INGEST_PORT}`
  await until(() => answers(`${ingestUrl}/readyz`), 'ingest to be ready')
  await until(() => ingest.text.includes('listening on'), 'ingest to say so')

  expect(childrenOf(ingest.pid)).toEqual([])
  expect(await migrate(database.url)).toEqual([])
  const lines = ingest.text.trim().split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 'info', service: 'heartwood-ingest' })

  ingest.signal('SIGTERM')
  expect(await ingest.exited).toBe(0)
})

test('an ingest starts and takes logs in while PostgreSQL and Kafka are away', async () => {
  await using folder = await temporaryFolder()
  const settings = await clusterSettings(folder.path)
  await using ingest = runApp('ingest', settings)
  const ingestUrl = `http://127.0.0.1:${settings.HEARTWOOD_INGEST_PORT}`
  await until(() => answers(`${ingestUrl}/healthz`), 'ingest to answer')
  const answer = await fetch(`${ingestUrl}/ingest`, { method: 'POST', body: '{"message":"kept"}' })
  expect(answer.status).toBe(200)
  expect(ingest.text).toContain('ingest starts without it')
})

test('a database that belongs to a newer version is refused in one sentence', async () => {
  await using folder = await temporaryFolder()
  await using database = await startEmbeddedPostgres({ dir: join(folder.path, 'postgres'), port: 0 })
  await mkdir(join(folder.path, 'migrations', '9999_of_the_future'), { recursive: true })
  await writeFile(join(folder.path, 'migrations', '9999_of_the_future', 'migration.sql'), 'SELECT 1')
  await migrate(database.url, join(folder.path, 'migrations'))
  const settings = await clusterSettings(folder.path)
  await using alerter = runApp('alerter', { ...settings, DATABASE_URL: database.url })
  expect(await alerter.exited).toBe(1)
  expect(alerter.text).toBe(
    'The database could not be brought up to date: the database has migration 9999_of_the_future, which this version of Heartwood does not know\n',
  )
})

test.each([
  [{}, 'heartwood run starts one app of a cluster: set KAFKA_BROKERS and ELASTICSEARCH_URL'],
  [{ KAFKA_BROKERS: 'a:1' }, 'KAFKA_BROKERS is set and ELASTICSEARCH_URL is not'],
  [{ KAFKA_PASSWORD_FILE: '/nowhere' }, 'The file /nowhere, which KAFKA_PASSWORD_FILE names, cannot be read'],
])('settings that cannot be meant are refused in one sentence: %j', async (env, said) => {
  await using refused = runApp('ingest', env)
  expect(await refused.exited).toBe(1)
  expect(refused.text).toContain(said)
  expect(refused.text.trim()).not.toContain('\n')
})
