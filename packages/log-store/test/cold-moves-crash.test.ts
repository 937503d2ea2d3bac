import { join } from 'node:path'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { ALL } from '@heartwood/query-lang'
import { describe, expect, inject, it } from 'vitest'
import { SEGMENT_PREFIX, segmentKey } from '../src/cold/index.ts'
import { openStandaloneReader } from '../src/cold/standalone/open-standalone-reader.ts'
import { recoverStore } from '../src/cold/standalone/recover-store.ts'
import { StandaloneArchive } from '../src/cold/standalone/standalone-archive.ts'
import { EVER } from '../src/contract/store-under-test.ts'
import { idxName, segmentsDirectory } from '../src/segments/append/segment-file.ts'
import { isCold } from '../src/segments/cold/cold-place.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { DyingObjects } from './cold/dying-objects.ts'
import { type Expected, expectedAfter, SCRIPT, type Step } from './segments/crash-script.ts'
import { MIDNIGHT, segmentsOf, temporaryFolder } from './segments/store-content.ts'
import { Crash, type PowerCut, UnreliableDisk } from './segments/unreliable-disk.ts'

/** All that a writer does, and everything goes to the old logs as soon as it is merged. */
const TIDY: Step = {
  run: async (writer) => {
    while (await writer.maintain());
  },
  effect: () => undefined,
}
const MOVING: readonly Step[] = [...SCRIPT, TIDY]

function open(dir: string, disk: UnreliableDisk, objects: ObjectStore, retentionDays = 30) {
  let looks = 0n
  return openSegmentsWriter({
    dir,
    files: disk.files,
    retentionDays,
    maxBytes: 1e9,
    // Each look at it is twenty seconds later, so that what waits for its time to go has had it.
    now: () => MIDNIGHT + 3_600_000_000_000n + looks++ * 20_000_000_000n,
    grace: 0n,
    rollBytes: 2000,
    ballastBytes: 0,
    merge: { copyRows: 7, maxGroups: 8, fanIn: 4 },
    cold: new StandaloneArchive({ objects, name: 'archive', hotDays: 0 }),
  })
}

/** Ids and messages of what a reader finds, sorted. */
async function found(dir: string, objects: ObjectStore): Promise<string[]> {
  const reader = await openStandaloneReader({
    dir,
    objects,
    place: 'archive',
    cacheDirectory: join(dir, 'cold-cache'),
    cacheBytes: 1e8,
  })
  try {
    const { events } = await reader.search({ query: ALL, range: EVER, limit: 1000 })
    return events.map(({ id, message }) => `${id} ${message}`).sort()
  } finally {
    await reader.close()
  }
}

/** Files that are somewhere and should not be, or the other way round. */
async function misplaced(dir: string, objects: ObjectStore): Promise<string[]> {
  const segments = await segmentsOf(dir)
  const filesOf = (cold: boolean) =>
    segments.filter((one) => isCold(one) === cold).flatMap(({ file }) => [file, idxName(file)])
  const there: string[] = []
  for await (const { key } of objects.list(SEGMENT_PREFIX)) there.push(key)
  const here = await localFiles.list(segmentsDirectory(dir))
  const differing = (is: readonly string[], should: readonly string[]) => [
    ...is.filter((one) => !should.includes(one)).map((one) => `too much: ${one}`),
    ...should.filter((one) => !is.includes(one)).map((one) => `lacking: ${one}`),
  ]
  return [...differing(here, filesOf(false)), ...differing(there, filesOf(true).map(segmentKey))]
}

/** Segments that the folder knew of in the objects, and a store made of these alone would not. */
async function unrecoverable(dir: string, objects: ObjectStore): Promise<string[]> {
  const known = (await segmentsOf(dir)).filter(isCold)
  await using folder = await temporaryFolder()
  const again = join(folder.dir, 'store')
  await recoverStore({ objects, place: 'archive', dir: again })
  const recovered = new Set((await segmentsOf(again)).map(({ file }) => file))
  return known.map(({ file }) => file).filter((file) => !recovered.has(file))
}

interface Death {
  readonly diskAt?: number
  readonly objectsAt?: number
  readonly happensYet?: boolean
  readonly cut?: PowerCut
}

/** Runs the script with a death, opens the store again and runs the rest; gives what is wrong, and how much was done. */
async function dyingAt({ diskAt, objectsAt, happensYet = false, cut = 'all lost' }: Death) {
  await using folder = await temporaryFolder()
  const { dir } = folder
  const stored = memoryObjects()
  const disk = new UnreliableDisk()
  disk.crashAt = diskAt ?? Number.POSITIVE_INFINITY
  const dying = new DyingObjects(disk, stored)
  dying.crashAt = objectsAt ?? Number.POSITIVE_INFINITY
  dying.happensYet = happensYet
  const problems: unknown[] = []
  const expectContent = async (expected: readonly Expected[], when: string) => {
    const seen = await found(dir, stored)
    const isRight = expected.some((one) => String(seen) === String(one.content().events))
    if (!isRight) problems.push({ when, seen: seen.length, expected: expected.map((one) => one.events.size) })
  }

  let done = expectedAfter(MOVING, 0)
  let underWay = done
  let step = 0
  try {
    const writer = await open(dir, disk, dying.objects)
    for (const { run, effect } of MOVING) {
      underWay = done.copy()
      effect(underWay)
      await run(writer)
      done = underWay
      step++
    }
    await writer.close()
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  }
  await disk.powerCut(dir, cut)
  const lost = await unrecoverable(dir, stored)
  if (lost.length > 0) problems.push({ lost })
  let writer = await open(dir, new UnreliableDisk(), stored)
  await expectContent([done, underWay], 'after the restart')
  for (const { run } of MOVING.slice(step)) await run(writer)
  await writer.close()
  writer = await open(dir, new UnreliableDisk(), stored)
  await TIDY.run(writer)
  await expectContent([expectedAfter(MOVING)], 'at the end')
  const left = await misplaced(dir, stored)
  if (left.length > 0) problems.push({ left })
  const cold = (await segmentsOf(dir)).filter(isCold).length
  await writer.close()
  return { problems, operations: disk.log, asked: dying.log, cold }
}

function isTried(place: number, oneIn: number): boolean {
  return inject('thorough') || place % oneIn === 0
}

describe('a writer that moves old segments to an object store', async () => {
  const whole = await dyingAt({ cut: 'nothing lost' })

  it('leaves each where the manifest says, also those that a delete has made', () => {
    expect(whole.problems).toEqual([])
    expect(whole.cold).toBeGreaterThan(2)
    expect(whole.asked.filter((operation) => operation.startsWith('put segments/')).length).toBeGreaterThan(8)
    expect(whole.asked.some((operation) => operation.startsWith('delete segments/'))).toBe(true)
    expect(whole.asked.some((operation) => operation === 'put manifest/store.json')).toBe(true)
  })

  it('loses and doubles nothing, leaves no orphan, and could be made anew out of the objects, when it dies at any operation on these', async () => {
    const problems: unknown[] = []
    for (let at = 1; at <= whole.asked.length; at++)
      for (const happensYet of [true, false]) {
        if (!isTried(at * 2 + Number(happensYet), 5)) continue
        const death = { objectsAt: at, happensYet, cut: 'nothing lost' } as const
        const { problems: found } = await dyingAt(death)
        if (found.length > 0) problems.push({ death, operation: whole.asked[at - 1], found })
      }
    expect(problems).toEqual([])
  }, 240_000)

  it('loses and doubles nothing, and leaves no orphan, when the power is cut at any operation on files', async () => {
    const problems: unknown[] = []
    for (let at = 1; at <= whole.operations.length; at++) {
      if (!isTried(at, 41)) continue
      const { problems: found } = await dyingAt({ diskAt: at })
      if (found.length > 0) problems.push({ at, operation: whole.operations[at - 1], found })
    }
    expect(problems).toEqual([])
  }, 240_000)
})
