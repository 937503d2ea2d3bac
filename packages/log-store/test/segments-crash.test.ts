import { parse } from '@heartwood/query-lang'
import { describe, expect, inject, it } from 'vitest'
import type { LogWriter } from '../src/port.ts'
import { segmentsDirectory } from '../src/segments/append/segment-file.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import {
  appendOf,
  batchOf,
  closing,
  contentOf,
  eventsOf,
  MIDNIGHT,
  type StoreContent,
  segmentsOf,
  temporaryFolder,
  viewOf,
} from './segments/store-content.ts'
import {
  Crash,
  type Operation,
  POWER_CUTS,
  type PowerCut,
  UnreliableDisk,
} from './segments/unreliable-disk.ts'

const NOW = MIDNIGHT + 3_600_000_000_000n
const DAY = 86_400_000_000_000n

/** What a store should hold after some steps; the script's own simple account of it. */
class Expected {
  readonly events = new Map<string, string>()
  readonly positions = new Map<number, bigint>()
  readonly deadLetters: string[] = []

  copy(): Expected {
    const copy = new Expected()
    for (const [id, message] of this.events) copy.events.set(id, message)
    for (const [partition, position] of this.positions) copy.positions.set(partition, position)
    copy.deadLetters.push(...this.deadLetters)
    return copy
  }

  content(): StoreContent {
    return {
      events: [...this.events].map(([id, message]) => `${id} ${message}`).sort(),
      positions: [...this.positions].sort(([a], [b]) => a - b),
      deadLetters: this.deadLetters,
    }
  }
}

interface Step {
  readonly run: (writer: LogWriter) => Promise<unknown>
  readonly effect: (expected: Expected) => void
}

function append(partition: number, to: bigint, rows: number): Step {
  const batchId = `p${partition}b${to}`
  const drafts = eventsOf(batchId, rows, Number(to) * 100)
  return {
    run: (writer) => writer.append(appendOf(partition, to, drafts, batchId)),
    effect: (expected) => {
      for (const { id, message } of drafts) expected.events.set(id, message ?? '')
      expected.positions.set(partition, to)
      expected.deadLetters.push(`${batchId}-x`)
    },
  }
}

/** Merges all that is due: small segments by decoding, others by copying. */
/** Shows rows of the append that comes next; nothing of it is promised. */
function show(partition: number, from: bigint, to: bigint, rows: number): Step {
  const drafts = eventsOf(`p${partition}b${from + 1n}`, rows, Number(from + 1n) * 100)
  return {
    run: (writer) => writer.show({ partition, from: from === 0n ? null : from, to, events: batchOf(drafts) }),
    effect: () => undefined,
  }
}

const merge: Step = {
  run: async (writer) => {
    while (await writer.maintain());
  },
  effect: () => undefined,
}

function deleteMatching(query: string, gone: (message: string) => boolean): Step {
  return {
    run: (writer) =>
      writer.delete({
        query: parse(query).query,
        range: { from: MIDNIGHT - 10n * DAY, to: MIDNIGHT + 10n * DAY },
        acceptedBefore: MIDNIGHT - 10n * DAY,
      }),
    effect: (expected) => {
      for (const [id, message] of expected.events) if (gone(message)) expected.events.delete(id)
    },
  }
}

/** Everything a writer does, with merges and new generations in between; live files have had their time at each step. */
const SCRIPT: readonly Step[] = [
  show(0, 0n, 1n, 5),
  show(0, 0n, 1n, 12),
  append(0, 1n, 12),
  append(1, 1n, 7),
  append(0, 2n, 11),
  append(0, 3n, 9),
  merge,
  append(1, 2n, 10),
  deleteMatching('"line 3"', (message) => message.startsWith('line 3 ')),
  append(0, 4n, 12),
  show(1, 2n, 3n, 8),
  merge,
  append(1, 3n, 8),
  show(0, 4n, 5n, 3),
]

function open(dir: string, disk: UnreliableDisk) {
  return openSegmentsWriter({
    dir,
    files: disk.files,
    retentionDays: 30,
    maxBytes: 1e9,
    now: clock(),
    grace: 0n,
    rollBytes: 2000,
    ballastBytes: 0,
    merge: { copyRows: 7, maxGroups: 8, fanIn: 4 },
  })
}

/** Each look at it is twenty seconds later, so that what waits for its time to go has had it. */
function clock(): () => bigint {
  let looks = 0n
  return () => NOW + looks++ * 20_000_000_000n
}

/** A script that stopped: the state that is promised, the one under way, and the step to take again. */
interface Stopped {
  readonly done: Expected
  readonly underWay: Expected
  readonly step: number
}

/** Runs the script from a step on, until it ends or the disk dies. */
async function runScript(dir: string, disk: UnreliableDisk, from = 0): Promise<Stopped> {
  let done = expectedAfter(from)
  let underWay = done
  let step = from
  try {
    const writer = await open(dir, disk)
    for (const { run, effect } of SCRIPT.slice(from)) {
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
  return { done, underWay, step }
}

function expectedAfter(steps: number): Expected {
  const expected = new Expected()
  for (const { effect } of SCRIPT.slice(0, steps)) effect(expected)
  return expected
}

/** Runs the script with a crash and a power cut, then the rest of it; returns what is wrong, if anything. */
async function crashAt(
  crash: number,
  cut: PowerCut,
  setUp: (disk: UnreliableDisk) => void = () => undefined,
) {
  await using folder = await temporaryFolder()
  const { dir } = folder
  const disk = new UnreliableDisk()
  disk.crashAt = crash
  setUp(disk)
  const { done, underWay, step } = await runScript(dir, disk)
  await disk.powerCut(dir, cut)
  try {
    const seen = await viewOf(dir)
    if (!isSound(seen, done, underWay)) return { operations: disk.log, segments: [], problem: { seen } }
    await closing(await open(dir, new UnreliableDisk()), async () => undefined)
    const found = await contentOf(dir)
    const right = [done, underWay].some((expected) => isEqual(found, expected.content()))
    if (!right) return { operations: disk.log, segments: [], problem: { found, expected: done.content() } }
    await runScript(dir, new UnreliableDisk(), step)
    const finished = await contentOf(dir)
    const complete = isEqual(finished, expectedAfter(SCRIPT.length).content())
    const segments = await segmentsOf(dir)
    return { operations: disk.log, segments, problem: complete ? undefined : { finished } }
  } catch (error) {
    return { operations: disk.log, segments: [], problem: String(error) }
  }
}

/** Whether a reader that comes before the next writer sees each event once, all that is promised, and nothing strange. */
function isSound(seen: readonly string[], done: Expected, underWay: Expected): boolean {
  const found = new Set(seen)
  const promised = [...done.events].filter(([id]) => underWay.events.has(id))
  const isThere = promised.every(([id, message]) => found.has(`${id} ${message}`))
  return found.size === seen.length && isThere && seen.every((event) => /^p\d+b\d+-\d+ line /.test(event))
}

/** Whether the n-th of very many places is tried: all of them with `npm run test:all`, else one in four of the script's. */
function isTried(place: number): boolean {
  return inject('thorough') || place % 4 === 0
}

function isEqual(left: unknown, right: unknown): boolean {
  try {
    expect(left).toEqual(right)
    return true
  } catch {
    return false
  }
}

describe('a writer that dies at any file operation', async () => {
  const whole = await crashAt(Number.POSITIVE_INFINITY, 'all lost')

  it('runs a script with merges, a delete and several generations', () => {
    expect(whole.problem).toBeUndefined()
    const created = whole.operations.filter(({ operation }) => operation === 'create')
    expect(created.filter(({ path }) => path.endsWith('.log')).length).toBeGreaterThan(3)
    for (const kind of ['.parquet', '.idx']) {
      const removed = whole.operations.filter(
        ({ operation, path }) => operation === 'remove' && path.endsWith(kind),
      )
      expect(removed.length).toBeGreaterThan(3)
    }
    expect(created.some(({ path }) => /shards\/2026-\d\d-\d\d-[^/]+\.json$/.test(path))).toBe(true)
    const isShard = (path: string) => path.endsWith('.json')
    expect(whole.operations.some(({ operation, path }) => operation === 'remove' && isShard(path))).toBe(true)
    expect(whole.segments.some(({ row_groups = 1 }) => row_groups > 1)).toBe(true)
  })

  it('leaves no file behind that the manifest does not name', async () => {
    await using folder = await temporaryFolder()
    const disk = new UnreliableDisk()
    disk.crashAt = whole.operations.length - 20
    await runScript(folder.dir, disk)
    await disk.powerCut(folder.dir, 'nothing lost')
    const writer = await open(folder.dir, new UnreliableDisk())
    const { segments } = writer.stats()
    const files = await localFiles.list(segmentsDirectory(folder.dir))
    await writer.close()
    expect(files.filter((file) => file.endsWith('.idx'))).toHaveLength(segments)
    expect(files).toHaveLength(segments * 2)
  })

  it('has lost and doubled nothing that was acknowledged, and goes on', async () => {
    const problems: unknown[] = []
    for (let crash = 1; crash <= whole.operations.length; crash++) {
      if (!isTried(crash)) continue
      // The hardest one everywhere, the others in turn.
      const other = POWER_CUTS[Math.floor(crash / 4) % (POWER_CUTS.length * 2)]
      for (const cut of new Set<PowerCut>(['all lost', other ?? 'all lost'])) {
        const { problem, operations } = await crashAt(crash, cut)
        if (problem !== undefined) problems.push({ crash, cut, last: operations.at(-1), problem })
      }
    }
    expect(problems).toEqual([])
  }, 480_000)
})

describe('a file operation that fails once', () => {
  const errorOf = (code: string) => Object.assign(new Error(`${code}: injected`), { code })

  /** Runs the script, taking a step again when it throws, with the n-th operation failing; then cuts the power. */
  async function failAt(failing: number, code: string) {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const disk = new UnreliableDisk()
    disk.fail = () => {
      if (disk.log.length === failing) throw errorOf(code)
    }
    const writer = await open(dir, disk).catch(() => open(dir, disk))
    for (const { run } of SCRIPT) await run(writer).catch(() => run(writer))
    const operations = [...disk.log]
    await disk.powerCut(dir, 'all lost')
    await closing(await open(dir, new UnreliableDisk()), async () => undefined)
    return { operations, found: await contentOf(dir) }
  }

  it('harms nothing: the step throws and can be taken again', async () => {
    const whole = await failAt(Number.POSITIVE_INFINITY, 'EIO')
    const expected = expectedAfter(SCRIPT.length).content()
    expect(whole.found).toEqual(expected)
    const problems: unknown[] = []
    for (const [index, { operation, path }] of whole.operations.entries()) {
      if (!isTried(index)) continue
      const code = operation === 'write' || operation === 'create' ? 'ENOSPC' : 'EIO'
      const result = await failAt(index + 1, code).catch((error: unknown) => ({ found: String(error) }))
      if (!isEqual(result.found, expected)) problems.push({ operation, path, found: result.found })
    }
    expect(problems).toEqual([])
  }, 480_000)
})

describe('the syncs of a commit', () => {
  const syncs: readonly [string, (operation: Operation, path: string) => boolean][] = [
    ['segment files', (operation, path) => operation === 'sync' && path.endsWith('.parquet')],
    ['index files', (operation, path) => operation === 'sync' && path.endsWith('.idx')],
    [
      'the names of segment files',
      (operation, path) => operation === 'syncDirectory' && path.endsWith('/segments'),
    ],
    ['the manifest', (operation, path) => operation === 'sync' && path.endsWith('.log')],
    [
      'the name of the manifest',
      (operation, path) => operation === 'syncDirectory' && path.endsWith('/manifest'),
    ],
    ['shard files', (operation, path) => operation === 'sync' && path.endsWith('.json')],
    [
      'the names of shard files',
      (operation, path) => operation === 'syncDirectory' && path.endsWith('/shards'),
    ],
    ['receipt files', (operation, path) => operation === 'sync' && path.endsWith('.bin')],
    [
      'the names of receipt files',
      (operation, path) => operation === 'syncDirectory' && path.endsWith('/receipts'),
    ],
    ['dead letter files', (operation, path) => operation === 'sync' && path.endsWith('.ndjson')],
    [
      'the names of dead letter files',
      (operation, path) => operation === 'syncDirectory' && path.endsWith('/dead-letters'),
    ],
  ]

  it.each(syncs)('would lose acknowledged data without those of %s', async (_what, forgotten) => {
    const { problem } = await crashAt(Number.POSITIVE_INFINITY, 'all lost', (disk) => {
      disk.forgets = forgotten
    })
    expect(problem).toBeDefined()
  })
})
