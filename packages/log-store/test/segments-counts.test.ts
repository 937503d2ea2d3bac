import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { levelOfSeverity, type Nanos } from '@heartwood/event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { query } from '../src/contract/store-under-test.ts'
import type { HistogramBucket, LogReader, ReadStats, TimeRange } from '../src/port.ts'
import { segmentsDirectory } from '../src/segments/append/segment-file.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { batchOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const SECOND: Nanos = 1_000_000_000n
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE

interface Line {
  readonly timestamp: Nanos
  readonly severity_number: number
  readonly service: string | undefined
}

const SERVICES = ['cart', 'CART', 'mail', undefined, 'ü', '\u{1f600}', '\uffff']

/** Commits of lines: the first over some seconds, the others over hours, so that their counts are of different width. */
const COMMITS: readonly (readonly Line[])[] = [20n * SECOND, HOUR, 3n * HOUR].map((length, commit) =>
  Array.from({ length: 700 }, (_, index) => ({
    timestamp: MIDNIGHT + 2n * HOUR + ((BigInt(index * index * 7919 + commit) * 1_000_003n) % length),
    severity_number: (index * 5) % 25,
    service: SERVICES[(index * 13 + commit) % SERVICES.length],
  })),
)
const LINES = COMMITS.flat()

async function storeOf(dir: string): Promise<void> {
  const writer = await openSegmentsWriter({ dir, retentionDays: 36_500, maxBytes: 1e9, ballastBytes: 0 })
  for (const [index, lines] of COMMITS.entries()) {
    await writer.append({
      partition: 0,
      from: index === 0 ? null : BigInt(index),
      to: BigInt(index + 1),
      events: batchOf(
        lines.map((line, row) => ({
          id: `c${index}-${row}`,
          observed_at: MIDNIGHT,
          message: '',
          source: 'json',
          ...line,
        })),
      ),
      deadLetters: [],
      batches: [],
    })
  }
  await writer.close()
}

async function reading<T>(dir: string, edgeRows: number | undefined, ask: (reader: LogReader) => Promise<T>) {
  const reader = await openSegmentsReader({ dir, ...(edgeRows !== undefined && { edgeRows }) })
  try {
    return await ask(reader)
  } finally {
    await reader.close()
  }
}

function counted(
  range: TimeRange,
  interval: Nanos,
  matches: (line: Line) => boolean,
  group: (line: Line) => string = ({ severity_number }) => levelOfSeverity(severity_number),
): HistogramBucket[] {
  const buckets = new Map<Nanos, Map<string, number>>()
  for (const line of LINES) {
    if (line.timestamp < range.from || line.timestamp >= range.to || !matches(line)) continue
    const start = line.timestamp - (line.timestamp % interval)
    const groups = buckets.get(start) ?? new Map<string, number>()
    buckets.set(start, groups.set(group(line), (groups.get(group(line)) ?? 0) + 1))
  }
  return [...buckets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([start, groups]) => ({
      start,
      count: [...groups.values()].reduce((sum, count) => sum + count, 0),
      groups: Object.fromEntries(groups),
    }))
}

/** At a line's own time, right beside it, or anywhere. */
const edge = fc.oneof(
  fc
    .tuple(fc.nat(LINES.length - 1), fc.constantFrom(-1n, 0n, 1n))
    .map(([line, step]) => (LINES[line]?.timestamp ?? 0n) + step),
  fc.bigInt({ min: MIDNIGHT + 2n * HOUR - MINUTE, max: MIDNIGHT + 5n * HOUR + MINUTE }),
)

it.each([
  ['here', undefined],
  ['by DuckDB', 0],
])(
  'histograms by level are exact for any range and interval, edges counted %s',
  async (_name, edgeRows) => {
    await using folder = await temporaryFolder()
    await storeOf(folder.dir)
    const interval = fc.oneof(
      fc.constantFrom(SECOND, 10n * SECOND, MINUTE, 10n * MINUTE, HOUR),
      fc.bigInt({ min: 1_000_000n, max: HOUR }),
    )
    const levels = fc.constantFrom('*', 'level:error', 'level>=warn OR level:trace', 'NOT level:unknown')
    await reading(folder.dir, edgeRows, (reader) =>
      fc.assert(
        fc.asyncProperty(edge, edge, interval, levels, async (a, b, width, text) => {
          const range = a < b ? { from: a, to: b } : { from: b, to: a }
          const matching = await reader.histogram({ query: query(text), range, interval: width, by: 'level' })
          const wanted = counted(
            range,
            width,
            ({ severity_number }) => MATCHES[text]?.(severity_number) ?? false,
          )
          expect(matching.map((bucket) => ({ ...bucket, groups: { ...bucket.groups } }))).toEqual(wanted)
          expect(await reader.count({ query: query(text), range })).toBe(
            wanted.reduce((sum, { count }) => sum + count, 0),
          )
        }),
        { numRuns: 60 },
      ),
    )
  },
  60_000,
)

const MATCHES: Readonly<Record<string, (severity: number) => boolean>> = {
  '*': () => true,
  'level:error': (severity) => severity >= 17 && severity <= 20,
  'level>=warn OR level:trace': (severity) => severity >= 13 || (severity >= 1 && severity <= 4),
  'NOT level:unknown': (severity) => severity > 0,
}

it.each([
  ['with the indexes', true],
  ['without them', false],
])(
  'counts by service are exact for any range and interval, %s',
  async (_name, indexed) => {
    await using folder = await temporaryFolder()
    await storeOf(folder.dir)
    const segments = segmentsDirectory(folder.dir)
    const indexes = (await readdir(segments)).filter((name) => name.endsWith('.idx'))
    expect(indexes.length).toBe(COMMITS.length)
    if (!indexed) for (const name of indexes) await rm(join(segments, name))
    const interval = fc.constantFrom(MINUTE, 10n * MINUTE, HOUR, 3n * HOUR)
    const levels = fc.constantFrom('*', 'level:error', 'level>=warn OR level:trace')
    await reading(folder.dir, undefined, (reader) =>
      fc.assert(
        fc.asyncProperty(edge, edge, interval, levels, fc.nat(8), async (a, b, width, text, limit) => {
          const range = a < b ? { from: a, to: b } : { from: b, to: a }
          const matches = ({ severity_number }: Line) => MATCHES[text]?.(severity_number) ?? false
          const [all] = counted(range, 24n * HOUR, matches, ({ service }) => service ?? '')
          const commonest = Object.entries(all?.groups ?? {})
            .filter(([value]) => value !== '')
            .map(([value, count]) => ({ value, count }))
            .sort((x, y) => y.count - x.count || Buffer.compare(Buffer.from(x.value), Buffer.from(y.value)))
            .slice(0, limit + 1)
          const question = { query: query(text), range }
          expect(await reader.top({ ...question, field: 'service', limit: limit + 1 })).toEqual(commonest)
          const kept = new Set(['', ...commonest.map(({ value }) => value)])
          const split = await reader.histogram({
            ...question,
            interval: width,
            by: 'service',
            groups: limit + 1,
          })
          expect(split.map((bucket) => ({ ...bucket, groups: { ...bucket.groups } }))).toEqual(
            counted(range, width, matches, ({ service = '' }) => (kept.has(service) ? service : 'other')),
          )
        }),
        { numRuns: 40 },
      ),
    )
  },
  60_000,
)

it('counts that no edge goes through open nothing, and an edge only the segments it goes through', async () => {
  await using folder = await temporaryFolder()
  await storeOf(folder.dir)
  await reading(folder.dir, undefined, async (reader) => {
    const read: ReadStats[] = []
    const onRead = (stats: ReadStats) => read.push(stats)
    const whole = { from: MIDNIGHT, to: MIDNIGHT + 24n * HOUR }
    const question = { query: query('level>=warn'), onRead }
    await reader.count({ ...question, range: whole })
    await reader.histogram({ ...question, range: whole, interval: HOUR, by: 'level' })
    await reader.top({ ...question, range: whole, field: 'service', limit: 3 })
    await reader.count({ ...question, range: { ...whole, from: MIDNIGHT + 2n * HOUR + 30n * MINUTE + 1n } })
    expect(read.map(({ rows, segments }) => ({ rows, segments }))).toEqual([
      { rows: 0, segments: 0 },
      { rows: 0, segments: 0 },
      { rows: 0, segments: 0 },
      { rows: 1400, segments: 2 },
    ])
    expect(read[3]?.bytes).toBeGreaterThan(0)
  })
})
