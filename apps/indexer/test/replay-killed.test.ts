import { freePorts } from '@heartwood/db/embedded'
import type { LogReader } from '@heartwood/log-store'
import { INTERNAL_HEADER } from '@heartwood/runtime'
import { expect, test } from 'vitest'
import { type AppEnv, AppProcess } from './app-process.ts'
import { flipBit } from './flip-bit.ts'
import { type DataFolder, dataFolder, until } from './running-indexer.ts'

const TOKEN = 'internal-token-of-the-tests'
const APPS = ['ingest', 'indexer', 'query'] as const
/** Letters that are replayed while one of the apps is killed. */
const EACH = 12

test('whichever app is killed during a replay that is asked for twice, each event is found exactly once', async () => {
  await using folder = await dataFolder()
  await publishDamaged(folder, EACH * APPS.length)
  const env = await environment(folder.dir)
  await using indexer = await AppProcess.start('indexer', env)
  await using ingest = await AppProcess.start('ingest', env)
  await using query = await AppProcess.start('query', env)
  const apps = { ingest, indexer, query }
  await using reader = await folder.reader()
  await until(
    'the damaged records are letters',
    async () => (await lettersOf(reader)).length === EACH * APPS.length,
  )
  const letters = await lettersOf(reader)

  for (const [index, app] of APPS.entries()) {
    const some = letters.slice(index * EACH, (index + 1) * EACH)
    const first = some.map((letter) => replay(query, letter))
    await Promise.any(first)
    await apps[app].kill()
    // Where the query app is gone itself, who asked hears nothing and asks again.
    await Promise.allSettled(first)
    if (app === 'query') await apps[app].startAgain()
    await Promise.all(some.map((letter) => replay(query, letter)))
    if (app !== 'query') await apps[app].startAgain()
    await until(`the letters are events, though ${app} was killed`, async () => {
      const left = await lettersOf(reader)
      return some.every((letter) => !left.includes(letter))
    })
  }
  const { events, deadLetters } = await folder.found()
  expect(deadLetters).toEqual([])
  expect(events.map(({ id }) => id)).toEqual(letters.map((letter) => `${letter}-000000`).sort())
}, 120_000)

/** Records that can still be read although a bit of each is wrong: letters, whose replay succeeds. */
async function publishDamaged(folder: DataFolder, records: number): Promise<void> {
  const markers = Array.from({ length: records }, (_, index) => `flip-me-${index}-`)
  for (const [index, marker] of markers.entries())
    await folder.publish(`b${index}`, [JSON.stringify({ msg: marker })], `sender-${index % 3}`)
  await folder.publisher.close()
  for (const marker of markers) await flipBit(folder.queueDir, marker)
}

async function environment(dir: string): Promise<AppEnv> {
  const [ingest, indexer, query] = await freePorts(3)
  return {
    HEARTWOOD_DATA_DIR: dir,
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    HEARTWOOD_RETENTION_DAYS: '36500',
    HEARTWOOD_INDEXER_THREADS: '1',
    HEARTWOOD_DEMO: 'off',
    HEARTWOOD_INGEST_PORT: String(ingest),
    HEARTWOOD_INDEXER_PORT: String(indexer),
    HEARTWOOD_QUERY_PORT: String(query),
  }
}

async function lettersOf(reader: LogReader): Promise<string[]> {
  await reader.refresh()
  return (await reader.deadLetters({ limit: 1000 })).items.map(({ id }) => id)
}

/** Asks for a replay; a letter that is there no more was replayed already. Rejects where the app does not answer. */
async function replay(query: AppProcess, id: string): Promise<void> {
  const response = await fetch(`${query.url}/api/v1/dead-letters/replay`, {
    method: 'POST',
    headers: { [INTERNAL_HEADER]: TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ id }),
  })
  expect([200, 404]).toContain(response.status)
  await response.body?.cancel()
}
