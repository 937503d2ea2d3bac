import { MAX_NANOS, MIN_NANOS, type Nanos } from '@heartwood/event'
import type { SearchOrder, SearchPosition, TimeRange } from '../../port.ts'
import { placeOf, type RowPlace } from '../fetch/event-fetch.ts'
import { type RowUnit, unitsInOrder } from '../fetch/row-units.ts'
import { isBefore, rangeUpTo } from '../fetch/walk-order.ts'
import { readEach } from '../files/segment-files.ts'
import type { PlannedSegment } from '../idx/planned-segment.ts'
import type { EngineSession } from './duckdb-engine.ts'
import { holdSource } from './held-source.ts'
import { firstHits, type Hit, hitAt, type Sought } from './hits.ts'
import { type Matching, matching, type QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { ID, SegmentSource, TIME } from './segment-source.ts'

/** Its place in the engine is what others may be waiting for. */
const AT_ONCE = { atOnce: true }
const EVER: TimeRange = { from: MIN_NANOS, to: MAX_NANOS + 1n }

/** Rows of the first wave of row groups. */
const FIRST_WAVE_ROWS = 262_144
const LARGEST_WAVE_ROWS = 1_048_576
/** A wave is a statement, which takes time to plan; and nothing is known of its rows before it ends. */
const SHORT_WAVE_MILLIS = 250
const LONG_WAVE_MILLIS = 750

/** The first matching rows in an order, found by DuckDB: row groups are looked through in that order, in waves. */
export function firstMatches(means: ReadMeans, plan: QueryPlan, sought: Sought): Promise<Hit[]> {
  const { order, wanted } = sought
  return means.run(async (session) => {
    let hits: Hit[] = []
    for await (const { wave, nextTime } of wavesOf(means, plan, order)) {
      const found = await firstInWave(session, means, plan, wave, sought)
      hits = await means.files.reading(() => firstHits([...hits, ...found], wanted, order))
      await sought.found?.(hits, nextTime)
      const last = hits[wanted - 1]
      if (last !== undefined && nextTime !== undefined && isBefore(order, last.timestamp, nextTime)) break
    }
    return hits
  })
}

/** The matching rows of the very time of a row, that come behind it in an order. */
export async function matchesOfSameTime(
  means: ReadMeans,
  plan: QueryPlan,
  { timestamp, id }: SearchPosition,
  { order, wanted }: Sought,
): Promise<Hit[]> {
  const { from, to } = plan.range
  const segments = plan.segments.filter(
    ({ min_time, max_time }) => min_time <= timestamp && timestamp <= max_time,
  )
  if (segments.length === 0 || timestamp < from || timestamp >= to) return []
  const match = matching(plan, segments)
  match.source.own('id')
  const behind = `${TIME} = ${timestamp} AND ${ID} ${order === 'newest' ? '<' : '>'} $${match.params.length + 1}`
  const moment = { from: timestamp, to: timestamp + 1n }
  using _held = await holdSource(means, match.source, moment)
  return await means.run((session) =>
    hitsIn(session, means, plan, segments, match, {
      where: behind,
      params: [id],
      order: `${ID} ${SQL_ORDERS[order]}`,
      limit: wanted,
    }),
  )
}

/** The row with an id, if the plan's segments have it. */
export function findById(means: ReadMeans, plan: QueryPlan, id: string): Promise<RowPlace | undefined> {
  return means.run(async (session) => {
    for await (const { wave } of wavesOf(means, plan, 'newest')) {
      const segments = segmentsOf(wave)
      const source = new SegmentSource(plan.segmentFiles, segments, plan.catalog)
      source.own('id')
      source.own('@timestamp')
      const match = { source, where: 'true', params: [] }
      const one = { where: `${ID} = $1`, params: [id], order: undefined, limit: 1 }
      using _held = await means.files.hold(() => source.ranges(means.reader, EVER), AT_ONCE)
      const [hit] = await hitsIn(session, means, plan, segments, match, one)
      if (hit !== undefined) return hit
    }
    return undefined
  })
}

const SQL_ORDERS: Readonly<Record<SearchOrder, string>> = { newest: 'DESC', oldest: 'ASC' }

async function* wavesOf(
  means: ReadMeans,
  { segments, range }: QueryPlan,
  order: SearchOrder,
): AsyncGenerator<{ wave: readonly RowUnit[]; nextTime: Nanos | undefined }> {
  let wave: RowUnit[] = []
  let rows = 0
  let budget = FIRST_WAVE_ROWS
  for await (const { unit, nextTime } of unitsInOrder(means, segments, range, order)) {
    wave.push(unit)
    rows += unit.rows
    if (rows < budget && nextTime !== undefined) continue
    const started = performance.now()
    yield { wave, nextTime }
    wave = []
    rows = 0
    budget = nextBudget(budget, performance.now() - started)
  }
  // What seemed to come behind them may have turned out to have no row group in the range.
  if (wave.length > 0) yield { wave, nextTime: undefined }
}

/** Waves of some hundred milliseconds, as far as the one before foretells it. */
function nextBudget(rows: number, millis: number): number {
  if (millis < SHORT_WAVE_MILLIS) return Math.min(rows * 2, LARGEST_WAVE_ROWS)
  return millis > LONG_WAVE_MILLIS ? rows / 2 : rows
}

async function firstInWave(
  session: EngineSession,
  means: ReadMeans,
  plan: QueryPlan,
  wave: readonly RowUnit[],
  { order, wanted }: Sought,
): Promise<Hit[]> {
  const { reader, files, tally } = means
  const segments = segmentsOf(wave)
  const match = matching(plan, segments)
  await files.reading(() => readEach(segments, (segment) => reader.groups(segment)))
  for (const { segment, group } of wave) {
    tally.add(segment, reader.groups(segment).slice(group, group + 1), match.source.boundFields())
  }
  const end = endOf(wave, order)
  using _held = await files.hold(
    () => match.source.ranges(reader, rangeUpTo(order, plan.range, end)),
    AT_ONCE,
  )
  const found = await hitsIn(session, means, plan, segments, match, {
    where: `${TIME} ${order === 'newest' ? '>=' : '<='} ${end}`,
    params: [],
    order: `${TIME} ${SQL_ORDERS[order]}`,
    limit: wanted + 1,
  })
  const last = found[wanted - 1]
  if (last === undefined || found[wanted]?.timestamp !== last.timestamp) return found.slice(0, wanted)
  // More rows have the last time than a page needs: of these the ids decide.
  const { timestamp } = last
  match.source.own('id')
  using _ids = await files.hold(() => match.source.ranges(reader, { from: timestamp, to: timestamp + 1n }))
  const tied = await hitsIn(session, means, plan, segments, match, {
    where: `${TIME} = ${timestamp}`,
    params: [],
    order: `${ID} ${SQL_ORDERS[order]}`,
    limit: wanted,
  })
  return [...found.filter((hit) => isBefore(order, hit.timestamp, timestamp)), ...tied]
}

/**
 * The farthest time in a wave. A row group of the same file that lies behind it is passed over by its bounds; what lies before
 * was seen before, and is found once more.
 */
function endOf(wave: readonly RowUnit[], order: SearchOrder): Nanos {
  const times = wave.map(({ minTime, maxTime }) => (order === 'newest' ? minTime : maxTime))
  return times.reduce((farthest, time) => (isBefore(order, farthest, time) ? time : farthest))
}

interface Narrowing {
  readonly where: string
  readonly params: readonly string[]
  readonly order: string | undefined
  readonly limit: number
}

async function hitsIn(
  session: EngineSession,
  { reader }: ReadMeans,
  { segmentFiles }: QueryPlan,
  segments: readonly PlannedSegment[],
  { source, where, params }: Matching,
  narrowing: Narrowing,
): Promise<Hit[]> {
  const { order, limit } = narrowing
  if (order?.startsWith(ID)) source.own('id')
  const rows = await session.rows(
    `SELECT ${TIME}, filename, file_row_number FROM ${source.from()} WHERE ${where} AND ${narrowing.where} ` +
      `${order === undefined ? '' : `ORDER BY ${order} `}LIMIT ${limit}`,
    [...params, ...narrowing.params],
  )
  const byPath = new Map(segments.map((segment) => [segmentFiles.path(segment), segment]))
  return rows.map(([timestamp, path, row]) => {
    const segment = byPath.get(String(path))
    if (segment === undefined) throw new Error(`a row of ${path}, which was not asked`)
    return hitAt(reader, placeOf(reader, segment, Number(row)), BigInt(String(timestamp)))
  })
}

function segmentsOf(wave: readonly RowUnit[]): PlannedSegment[] {
  return [...new Set(wave.map(({ segment }) => segment))]
}
