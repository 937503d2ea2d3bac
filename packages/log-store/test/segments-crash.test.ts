import { describe, expect, inject, it } from 'vitest'
import { segmentsDirectory } from '../src/segments/append/segment-file.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { type Expected, expectedAfter, LETTERS, SCRIPT, type Step } from './segments/crash-script.ts'
import {
  closing,
  contentOf,
  MIDNIGHT,
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
async function runScript(
  script: readonly Step[],
  dir: string,
  disk: UnreliableDisk,
  from = 0,
): Promise<Stopped> {
  let done = expectedAfter(script, from)
  let underWay = done
  let step = from
  try {
    const writer = await open(dir, disk)
    for (const { run, effect } of script.slice(from)) {
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

/** Runs the script with a crash and a power cut, then the rest of it; returns what is wrong, if anything. */
async function crashAt(
  script: readonly Step[],
  crash: number,
  cut: PowerCut,
  setUp: (disk: UnreliableDisk) => void = () => undefined,
) {
  await using folder = await temporaryFolder()
  const { dir } = folder
  const disk = new UnreliableDisk()
  disk.crashAt = crash
  setUp(disk)
  const { done, underWay, step } = await runScript(script, dir, disk)
  await disk.powerCut(dir, cut)
  try {
    const seen = await viewOf(dir)
    if (!isSound(seen, done, underWay)) return { operations: disk.log, segments: [], problem: { seen } }
    await closing(await open(dir, new UnreliableDisk()), async () => undefined)
    const found = await contentOf(dir)
    const right = [done, underWay].some((expected) => isEqual(found, expected.content()))
    if (!right) return { operations: disk.log, segments: [], problem: { found, expected: done.content() } }
    await runScript(script, dir, new UnreliableDisk(), step)
    const finished = await contentOf(dir)
    const complete = isEqual(finished, expectedAfter(script).content())
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
  return found.size === seen.length && isThere && seen.every((event) => /^p\d+b\d+-(\d+|x) line /.test(event))
}

/** Whether the n-th of very many places is tried: all of them with `npm run test:all`, else one in four of a script's. */
function isTried(place: number): boolean {
  return inject('thorough') || place % 4 === 0
}

const SCRIPTS: readonly (readonly [string, readonly Step[]])[] = [
  ['everything a writer does', SCRIPT],
  ['letters that come and go', LETTERS],
]

function isEqual(left: unknown, right: unknown): boolean {
  try {
    expect(left).toEqual(right)
    return true
  } catch {
    return false
  }
}

describe('a writer that dies at any file operation', async () => {
  const whole = await crashAt(SCRIPT, Number.POSITIVE_INFINITY, 'all lost')

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
    await runScript(SCRIPT, folder.dir, disk)
    await disk.powerCut(folder.dir, 'nothing lost')
    const writer = await open(folder.dir, new UnreliableDisk())
    const { segments } = writer.stats()
    const files = await localFiles.list(segmentsDirectory(folder.dir))
    await writer.close()
    expect(files.filter((file) => file.endsWith('.idx'))).toHaveLength(segments)
    expect(files).toHaveLength(segments * 2)
  })

  it.each(SCRIPTS)(
    'has lost and doubled nothing that was acknowledged, and goes on: %s',
    async (_, script) => {
      const problems: unknown[] = []
      const { operations: all } = await crashAt(script, Number.POSITIVE_INFINITY, 'all lost')
      for (let crash = 1; crash <= all.length; crash++) {
        if (!isTried(crash)) continue
        // The hardest one everywhere, the others in turn.
        const other = POWER_CUTS[Math.floor(crash / 4) % (POWER_CUTS.length * 2)]
        for (const cut of new Set<PowerCut>(['all lost', other ?? 'all lost'])) {
          const { problem, operations } = await crashAt(script, crash, cut)
          if (problem !== undefined) problems.push({ crash, cut, last: operations.at(-1), problem })
        }
      }
      expect(problems).toEqual([])
    },
    480_000,
  )
})

describe('a file operation that fails once', () => {
  const errorOf = (code: string) => Object.assign(new Error(`${code}: injected`), { code })

  /** Runs the script, taking a step again when it throws, with the n-th operation failing; then cuts the power. */
  async function failAt(script: readonly Step[], failing: number, code: string) {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const disk = new UnreliableDisk()
    disk.fail = () => {
      if (disk.log.length === failing) throw errorOf(code)
    }
    const writer = await open(dir, disk).catch(() => open(dir, disk))
    for (const { run } of script) await run(writer).catch(() => run(writer))
    const operations = [...disk.log]
    await disk.powerCut(dir, 'all lost')
    await closing(await open(dir, new UnreliableDisk()), async () => undefined)
    return { operations, found: await contentOf(dir) }
  }

  it.each(SCRIPTS)(
    'harms nothing: the step throws and can be taken again: %s',
    async (_, script) => {
      const whole = await failAt(script, Number.POSITIVE_INFINITY, 'EIO')
      const expected = expectedAfter(script).content()
      expect(whole.found).toEqual(expected)
      const problems: unknown[] = []
      for (const [index, { operation, path }] of whole.operations.entries()) {
        if (!isTried(index)) continue
        const code = operation === 'write' || operation === 'create' ? 'ENOSPC' : 'EIO'
        const result = await failAt(script, index + 1, code).catch((error: unknown) => ({
          found: String(error),
        }))
        if (!isEqual(result.found, expected)) problems.push({ operation, path, found: result.found })
      }
      expect(problems).toEqual([])
    },
    480_000,
  )
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
    const { problem } = await crashAt(SCRIPT, Number.POSITIVE_INFINITY, 'all lost', (disk) => {
      disk.forgets = forgotten
    })
    expect(problem).toBeDefined()
  })
})
