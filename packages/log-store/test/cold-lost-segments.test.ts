import { join } from 'node:path'
import { type EventDraft, NANOS_PER_DAY } from '@heartwood/event'
import { memoryObjects, type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { expect, test } from 'vitest'
import { ColdManifest, openColdReader, segmentKey } from '../src/cold/index.ts'
import { EVER, query } from '../src/contract/store-under-test.ts'
import { type LogReader, memoryLogStore, type ReadStats } from '../src/index.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { TieredReader } from '../src/tiered/tiered-reader.ts'
import { archivedStore } from './cold/archived-store.ts'
import { StandaloneStore } from './cold/standalone-store.ts'
import { appendOf, batchOf, MIDNIGHT, segmentsOf, temporaryFolder } from './segments/store-content.ts'

const DAY = NANOS_PER_DAY
const DAYS = [0, 1, 2, 3, 4]
/** The days before it are the archive's. */
const HOT_FROM = MIDNIGHT + 3n * DAY
/** The day whose object is damaged or gone. */
const LOST = 1

/** Forty events of a day. Each question below has to look into their columns. */
function eventsOn(day: number): EventDraft[] {
  return Array.from({ length: 40 }, (_, index) => ({
    id: `day-${day}-${index}`,
    timestamp: MIDNIGHT + BigInt(day) * DAY + BigInt(index) * 1_000_000_000n,
    observed_at: MIDNIGHT + BigInt(day) * DAY,
    severity_number: (index * 4) % 24,
    service: `service-${index % 3}`,
    message: `line ${index} took ${index * day} ms`,
    source: 'json',
    attributes: { index, took: index * day },
  }))
}

interface Store extends AsyncDisposable {
  readonly reader: TieredReader
  /** What is left of an object in place of all of it; undefined: nothing. */
  damage(by: (bytes: Uint8Array) => Uint8Array | undefined): Promise<string>
}

/** Five days, of which an archive answers the first three, one segment a day. */
async function storeOfTiers(): Promise<Store> {
  await using owned = new AsyncDisposableStack()
  const folder = owned.use(await temporaryFolder())
  const dir = join(folder.dir, 'store')
  const writer = await openSegmentsWriter({ dir, retentionDays: 1e6, maxBytes: 1e9, ballastBytes: 0 })
  for (const day of DAYS) await writer.append(appendOf(0, BigInt(day + 1), eventsOn(day), `b${day}`))
  await writer.close()
  const objects = memoryObjects()
  await archivedStore(dir, objects)
  const cold = await openColdReader({
    ...{ objects, manifest: new ColdManifest({ objects, clock: () => performance.now() }), place: 'archive' },
    cacheDirectory: join(folder.dir, 'cache'),
    cacheBytes: 1e8,
    tempDirectory: join(folder.dir, 'tmp'),
  })
  const reader = new TieredReader({ hot: await memoryOf(DAYS), cold }, async () => ({
    hotFrom: HOT_FROM,
    restored: [],
  }))
  owned.defer(() => reader.close())
  const key = await keyOfDay(dir, LOST)
  const all = owned.move()
  return {
    reader,
    async damage(by) {
      const damaged = by(await objects.get(key))
      if (damaged === undefined) await objects.delete([key])
      else await objects.put(key, damaged)
      return key
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function keyOfDay(dir: string, day: number): Promise<string> {
  const start = MIDNIGHT + BigInt(day) * DAY
  const segment = (await segmentsOf(dir)).find(({ min_time }) => min_time === start)
  if (segment === undefined) throw new Error(`no segment of day ${day}`)
  return segmentKey(segment.file)
}

async function memoryOf(days: readonly number[]): Promise<LogReader> {
  const store = memoryLogStore()
  const settle = () => ({ deadLetters: [], receipts: [], replayed: [] })
  await store.openIdempotentWriter().write({ events: batchOf(days.flatMap(eventsOn)), settle })
  return store.openReader()
}

const LOOKS = { query: query('index>=0'), range: EVER }
const QUESTIONS: readonly [string, (reader: LogReader, asked: typeof LOOKS) => Promise<unknown>][] = [
  ['search', (reader, asked) => reader.search({ ...asked, limit: 500 })],
  ['a search from the oldest', (reader, asked) => reader.search({ ...asked, limit: 500, order: 'oldest' })],
  ['count', (reader, asked) => reader.count(asked)],
  ['histogram', (reader, asked) => reader.histogram({ ...asked, interval: DAY, by: 'service', groups: 2 })],
  ['top', (reader, asked) => reader.top({ ...asked, field: 'took', limit: 7 })],
  ['percentiles', (reader, asked) => reader.percentiles({ ...asked, field: 'took', percentiles: [50, 99] })],
  ['patterns', (reader, asked) => reader.patterns({ ...asked, limit: 3, interval: DAY, events: 1_000 })],
]

const DAMAGES: readonly [string, (bytes: Uint8Array) => Uint8Array | undefined][] = [
  ['missing', () => undefined],
  ['damaged', (bytes) => bytes.map((byte, at) => (at > 4 ? byte ^ 4 : byte))],
  ['cut short', (bytes) => bytes.subarray(0, bytes.length >> 1)],
]

test.each(DAMAGES)(
  'an object of the archive that is %s costs an answer its own events and no others, and is named by it',
  async (_what, by) => {
    const others = await memoryOf(DAYS.filter((day) => day !== LOST))
    await using store = await storeOfTiers()
    const key = await store.damage(by)
    const from = MIDNIGHT + BigInt(LOST) * DAY
    for (const [name, ask] of QUESTIONS) {
      const told: ReadStats[] = []
      const answer = await ask(store.reader, { ...LOOKS, ...onRead(told) })
      expect(answer, name).toEqual(await ask(others, LOOKS))
      expect(told, name).toHaveLength(1)
      expect(told[0]?.missing, name).toEqual([
        {
          tier: 'cold',
          range: { from, to: from + 39_000_000_001n },
          events: 40,
          reason: expect.stringContaining(`archive/${key}`),
        },
      ])
      expect(
        told[0]?.tiers?.map(({ tier }) => tier),
        name,
      ).toEqual(['hot', 'cold'])
    }
  },
)

test.each(QUESTIONS)(
  '%s: who is not told what an answer lacks gets an error that names the object',
  async (_name, ask) => {
    await using store = await storeOfTiers()
    const key = await store.damage(() => undefined)
    await expect(ask(store.reader, LOOKS)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(key),
    })
  },
)

test('a question that needs nothing of the damaged object is answered whole', async () => {
  await using store = await storeOfTiers()
  await store.damage(() => undefined)
  const told: ReadStats[] = []
  expect(await store.reader.count({ query: query('*'), range: EVER, ...onRead(told) })).toBe(200)
  const behind = { from: MIDNIGHT + 2n * DAY, to: EVER.to }
  expect(await store.reader.count({ ...LOOKS, range: behind, ...onRead(told) })).toBe(120)
  expect(told.map(({ missing }) => missing)).toEqual([undefined, undefined])
})

test('an event is found whatever else is damaged; one that the damaged object may have is an error', async () => {
  await using store = await storeOfTiers()
  const key = await store.damage(() => undefined)
  expect((await store.reader.event('day-0-7'))?.message).toBe('line 7 took 0 ms')
  await expect(store.reader.event('day-1-7')).rejects.toThrow(key)
})

test('once the object is back the answer is whole again', async () => {
  await using store = await storeOfTiers()
  let whole: Uint8Array | undefined
  await store.damage((bytes) => {
    whole = bytes
    return bytes.map((byte, at) => (at > 4 ? byte ^ 4 : byte))
  })
  const count = (told: ReadStats[]) => store.reader.count({ ...LOOKS, ...onRead(told) })
  const told: ReadStats[] = []
  expect(await count(told)).toBe(160)
  await store.damage(() => whole)
  expect(await count(told)).toBe(200)
  expect(told[1]?.missing).toBeUndefined()
})

test('on one machine an archive that is away leaves the answer what is on the machine, and is named', async () => {
  const objects = awayObjects(memoryObjects())
  await using store = await StandaloneStore.open(objects)
  for (const day of [0, 1, 40]) await store.append(day)
  store.clock.now = MIDNIGHT + 41n * DAY
  await store.tidy()
  expect(await store.cold()).toEqual(['day-0', 'day-1'])
  objects.isAway = true
  const told: ReadStats[] = []
  const asked = { query: query('message:line*'), range: EVER }
  const { events } = await store.reader.search({ ...asked, limit: 100, ...onRead(told) })
  expect(events.map(({ service }) => service)).toEqual(Array(10).fill('day-40'))
  expect(told[0]?.missing).toEqual([
    {
      tier: 'cold',
      range: { from: MIDNIGHT, to: MIDNIGHT + DAY + 9_000_000_001n },
      events: 20,
      reason: expect.stringContaining('no route to the archive'),
    },
  ])
  const old = { ...asked, range: { from: MIDNIGHT, to: MIDNIGHT + DAY }, limit: 100, ...onRead([]) }
  await expect(store.reader.search(old)).rejects.toMatchObject({ code: 'unavailable' })
  objects.isAway = false
  expect((await store.reader.search(old)).events).toHaveLength(10)
})

/** Objects that can be out of reach. */
function awayObjects(objects: ObjectStore): ObjectStore & { isAway: boolean } {
  const away = { isAway: false }
  const checked = () => {
    if (away.isAway) throw new ObjectStoreError('unavailable', 'no route to the archive')
  }
  const get: ObjectStore['get'] = async (key, options) => {
    checked()
    return objects.get(key, options)
  }
  return Object.assign(away, {
    get,
    put: objects.put.bind(objects),
    putFile: objects.putFile.bind(objects),
    size: objects.size.bind(objects),
    list: objects.list.bind(objects),
    delete: objects.delete.bind(objects),
    close: objects.close.bind(objects),
  })
}

function onRead(told: ReadStats[]) {
  return { onRead: (read: ReadStats) => told.push(read) }
}
