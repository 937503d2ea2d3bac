import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NANOS_PER_DAY } from '@heartwood/event'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { ALL, parse } from '@heartwood/query-lang'
import { expect, test } from 'vitest'
import { type Recovered, recoverStore } from '../src/cold/standalone/recover-store.ts'
import { EVER } from '../src/contract/store-under-test.ts'
import { isCold } from '../src/segments/cold/cold-place.ts'
import { StandaloneStore } from './cold/standalone-store.ts'
import { MIDNIGHT, segmentsOf, temporaryFolder } from './segments/store-content.ts'

const DAY = NANOS_PER_DAY
const AFTER_40_DAYS = MIDNIGHT + 40n * DAY

/** A store with three old days in the archive and one day that never went there. */
async function storeWithOldDays(): Promise<StandaloneStore> {
  const store = await StandaloneStore.open()
  for (const day of [0, 1, 2, 39]) await store.append(day)
  store.clock.now = AFTER_40_DAYS
  await store.tidy()
  return store
}

/** The same objects, with the store on a machine that never had any of it. */
async function elsewhere(objects: ObjectStore) {
  const folder = await temporaryFolder()
  const dir = join(folder.dir, 'store')
  const recovered = await recoverStore({ objects, place: 'archive', dir })
  const store = await StandaloneStore.open(objects, {}, folder)
  store.clock.now = AFTER_40_DAYS
  return { recovered, store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

/** Everything that is found, newest first. */
async function eventsOf(store: StandaloneStore): Promise<string[]> {
  const { events } = await store.reader.search({ query: ALL, range: EVER, limit: 1_000 })
  return events.map(({ id, service, message }) => `${id} ${service} ${message}`)
}

test('a store whose folder is lost is made anew out of its archive: the old events are found as they were, and it goes on', async () => {
  await using lost = await storeWithOldDays()
  const all = await eventsOf(lost)
  await rm(lost.dir, { recursive: true })
  await using again = await elsewhere(lost.objects)
  expect(again.recovered).toEqual<Recovered>({ segments: 3, events: 30, missing: 0 })
  const { store } = again
  const old = all.filter((event) => !event.startsWith('day-39'))
  expect(await eventsOf(store)).toEqual(old)
  expect(await store.count('service:day-1 "line 3"')).toBe(1)
  const keys = await store.keys()
  await store.append(40)
  await store.tidy()
  expect(store.writer.stats().cold).toEqual({ waiting: { segments: 0, bytes: 0 }, obstacle: undefined })
  expect(await store.keys(), 'nothing of it is taken for left over').toEqual(keys)
  store.clock.now += 40n * DAY
  await store.tidy()
  expect(await store.keys()).toHaveLength(keys.length + 2)
  expect(await store.count()).toBe(40)
  const request = { query: parse('service:day-0').query, range: EVER, acceptedBefore: store.clock.now }
  expect(await store.writer.delete(request)).toEqual({ deleted: 10 })
  expect(await store.count()).toBe(30)
})

test('what was moved since the mirror was written comes back as well', async () => {
  await using lost = await StandaloneStore.open(withoutMirror(memoryObjects()))
  for (const day of [0, 1]) await lost.append(day)
  lost.clock.now = AFTER_40_DAYS
  await lost.tidy()
  await rm(lost.dir, { recursive: true })
  await using again = await elsewhere(lost.objects)
  expect(again.recovered).toMatchObject({ segments: 2, events: 20, missing: 0 })
  expect(await again.store.count('line')).toBe(20)
})

test('what was deleted, or went with the retention, does not come back', async () => {
  await using lost = await storeWithOldDays()
  const request = {
    query: parse('service:day-1 OR "line 3"').query,
    range: EVER,
    acceptedBefore: AFTER_40_DAYS,
  }
  expect(await lost.writer.delete(request)).toEqual({ deleted: 13 })
  await lost.tidy()
  lost.clock.now = MIDNIGHT + 366n * DAY
  await lost.writer.enforceRetention(lost.clock.now)
  await lost.tidy()
  const left = await lost.count()
  await rm(lost.dir, { recursive: true })
  await using again = await elsewhere(lost.objects)
  expect(await again.store.count()).toBe(left)
  expect(again.recovered).toMatchObject({ events: left, missing: 0 })
})

test('an object that is gone is counted, and named by the answers', async () => {
  await using lost = await storeWithOldDays()
  const key = (await lost.keys()).find((one) => one.endsWith('.parquet')) ?? ''
  await lost.objects.delete([key])
  await using again = await elsewhere(lost.objects)
  expect(again.recovered).toMatchObject({ segments: 3, missing: 1 })
  const reasons: string[] = []
  const asked = { query: parse('message:line*').query, range: EVER, limit: 100 }
  const { events } = await again.store.reader.search({
    ...asked,
    onRead: ({ missing = [] }) => reasons.push(...missing.map(({ reason }) => reason)),
  })
  expect(events).toHaveLength(20)
  expect(reasons).toEqual([`archive/${key} is missing`])
})

test('an object store without the old segments of one machine has nothing to make a store of', async () => {
  await using folder = await temporaryFolder()
  const dir = join(folder.dir, 'store')
  expect(await recoverStore({ objects: memoryObjects(), place: 'archive', dir })).toBeUndefined()
  expect(await segmentsOf(dir)).toEqual([])
})

test('a folder that is there is never written to', async () => {
  await using store = await storeWithOldDays()
  const before = await segmentsOf(store.dir)
  await expect(
    recoverStore({ objects: store.objects, place: 'archive', dir: store.dir }),
  ).rejects.toMatchObject({ code: 'ENOTEMPTY' })
  expect(await segmentsOf(store.dir)).toEqual(before)
  expect(before.filter(isCold)).toHaveLength(3)
})

/** Objects of a machine that dies before it writes the mirror. */
function withoutMirror(objects: ObjectStore): ObjectStore {
  return {
    put: async (key, body, options) => {
      if (key !== 'manifest/store.json') await objects.put(key, body, options)
    },
    putFile: objects.putFile.bind(objects),
    get: objects.get.bind(objects),
    size: objects.size.bind(objects),
    // Nor is anything else taken away that the mirror would be in place of.
    list: objects.list.bind(objects),
    delete: async (keys) => objects.delete(keys.filter((key) => !key.startsWith('manifest/moved/'))),
    close: objects.close.bind(objects),
  }
}
