import { join } from 'node:path'
import { NANOS_PER_DAY } from '@heartwood/event'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { ALL, parse } from '@heartwood/query-lang'
import { expect, it } from 'vitest'
import { ColdManifest, openColdReader, SHARD_PREFIX } from '../src/cold/index.ts'
import { EVER } from '../src/contract/store-under-test.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { archivedStore } from './cold/archived-store.ts'
import { appendOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

it('answers out of an archive what the store answered from which it was filled', async () => {
  await using folder = await temporaryFolder()
  const dir = join(folder.dir, 'store')
  const writer = await openSegmentsWriter({ dir, retentionDays: 1e6, maxBytes: 1e9, ballastBytes: 0 })
  for (let day = 0; day < 4; day++)
    await writer.append(appendOf(0, BigInt(day + 1), eventsOf(`b${day}`, 50, day * 86_400), `b${day}`))
  await writer.close()
  const objects = memoryObjects()
  const manifest = await archivedStore(dir, objects)
  const asked: string[] = []
  const watched: ObjectStore = {
    put: (...args) => objects.put(...args),
    putFile: (...args) => objects.putFile(...args),
    get: (key, options) => {
      asked.push(key)
      return objects.get(key, options)
    },
    size: (...args) => objects.size(...args),
    list: (...args) => objects.list(...args),
    delete: (...args) => objects.delete(...args),
    close: () => objects.close(),
  }
  const hot = await openSegmentsReader({ dir })
  const cold = await openColdReader({
    objects: watched,
    manifest: new ColdManifest({ objects: watched, clock: () => 0 }),
    place: 'archive',
    cacheDirectory: join(folder.dir, 'cache'),
    cacheBytes: 1e8,
    tempDirectory: join(folder.dir, 'tmp'),
  })

  const day = { from: MIDNIGHT + NANOS_PER_DAY, to: MIDNIGHT + 2n * NANOS_PER_DAY }
  expect(await cold.count({ query: ALL, range: day })).toBe(await hot.count({ query: ALL, range: day }))
  expect(
    asked.filter((key) => key.startsWith(SHARD_PREFIX)),
    'only the day that was asked about',
  ).toHaveLength(1)

  for (const text of ['', 'line', 'service:service-1 index>20', 'level:error', 'id:b2-7']) {
    const question = { query: parse(text).query, range: EVER }
    expect(await cold.count(question), text).toBe(await hot.count(question))
    const page = { ...question, limit: 30 }
    expect(await cold.search(page), text).toEqual(await hot.search(page))
    const top = { ...question, field: 'service', limit: 3 }
    expect(await cold.top(top), text).toEqual(await hot.top(top))
  }
  expect(await cold.event('b3-12')).toEqual(await hot.event('b3-12'))
  expect(await cold.storage()).toEqual(await hot.storage())
  const { events, bytes, segments } = await hot.stats()
  expect(await cold.stats()).toMatchObject({ events, bytes, segments })
  expect(await cold.batch('b1')).toBeUndefined()
  expect(await cold.deadLetters({ limit: 1 })).toEqual({ items: [], total: 0 })
  await hot.close()
  await cold.close()
  expect(manifest.state.seq).toBeGreaterThan(2)
})
