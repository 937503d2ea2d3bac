import type { LogEvent, Nanos } from '@heartwood/event'
import type { SearchPage, SearchRequest } from '../port.ts'
import type { EngineSession } from './duckdb-engine.ts'
import { eventOfRow } from './event-row.ts'
import type { SegmentInfo } from './manifest-format.ts'
import { matching, type QueryPlan } from './query-plan.ts'
import { segmentPath } from './segment-file.ts'
import { ID, SegmentSource, TIME } from './segment-source.ts'

/** A matching row: where it stands in the order of the answer, and where it lies. */
interface Hit {
  readonly timestamp: Nanos
  readonly id: string
  readonly file: string
  readonly row: bigint
}

/** Rows of the first wave of segments; each further wave has twice as many. */
const FIRST_WAVE_ROWS = 131_072

/**
 * Newest first by (time, id). Segments are looked through newest first, only by the columns that the query needs, and
 * no further than a page needs; whole events are then read for the rows of the page alone.
 */
export async function searchSegments(
  session: EngineSession,
  plan: QueryPlan,
  { limit, after }: Pick<SearchRequest, 'limit' | 'after'>,
): Promise<SearchPage> {
  const candidates = plan.segments.filter(
    ({ min_time }) => after === undefined || min_time <= after.timestamp,
  )
  const wanted = limit + 1
  let hits: Hit[] = []
  for (const { wave, newestLeft } of wavesOf(candidates)) {
    hits.push(...(await newestHits(session, plan, wave, wanted, after)))
    hits = hits.sort(newestFirst).slice(0, wanted)
    const last = hits[wanted - 1]
    if (last !== undefined && (newestLeft === undefined || last.timestamp > newestLeft)) break
  }
  const page = hits.slice(0, limit)
  return { events: await eventsAt(session, plan, page), more: hits.length > limit }
}

function* wavesOf(
  segments: readonly SegmentInfo[],
): Generator<{ wave: readonly SegmentInfo[]; newestLeft: Nanos | undefined }> {
  const newestFirst = [...segments].sort((a, b) => compare(b.max_time, a.max_time))
  let wave: SegmentInfo[] = []
  let rows = 0
  let budget = FIRST_WAVE_ROWS
  for (const [index, segment] of newestFirst.entries()) {
    wave.push(segment)
    rows += segment.rows
    if (rows < budget && index < newestFirst.length - 1) continue
    yield { wave, newestLeft: newestFirst[index + 1]?.max_time }
    wave = []
    rows = 0
    budget *= 2
  }
}

async function newestHits(
  session: EngineSession,
  plan: QueryPlan,
  segments: readonly SegmentInfo[],
  wanted: number,
  after: SearchRequest['after'],
): Promise<Hit[]> {
  const { source, where, params } = matching(plan, segments)
  const all: (string | bigint | number)[] = [...params]
  let behind = ''
  if (after !== undefined) {
    const { timestamp } = after
    all.push(after.id)
    behind = ` AND (${TIME} < ${timestamp} OR (${TIME} = ${timestamp} AND ${ID} < $${all.length}))`
  }
  source.own('id')
  const rows = await session.rows(
    `SELECT ${TIME}, ${ID}, filename, file_row_number FROM ${source.from()} WHERE ${where}${behind} ` +
      `ORDER BY ${TIME} DESC, ${ID} DESC LIMIT ${wanted}`,
    all,
  )
  return rows.map(hitOf)
}

/** The whole events of some rows, in their order. */
export async function eventsAt(
  session: EngineSession,
  plan: Pick<QueryPlan, 'dir' | 'catalog' | 'segments'>,
  hits: readonly Hit[],
): Promise<LogEvent[]> {
  if (hits.length === 0) return []
  const files = new Set(hits.map(({ file }) => file))
  const segments = plan.segments.filter(({ file }) => files.has(segmentPath(plan.dir, file)))
  const source = new SegmentSource(plan.dir, segments, plan.catalog)
  const columns = source.all()
  const oldest = hits.at(-1)?.timestamp ?? 0n
  const newest = hits[0]?.timestamp ?? 0n
  const numbers = [...new Set(hits.map(({ row }) => row))].join(', ')
  const rows = await session.rows(
    `SELECT filename, file_row_number, ${columns.map(({ name }) => name).join(', ')} FROM ${source.from()} ` +
      `WHERE file_row_number IN (${numbers}) AND ${TIME} BETWEEN ${oldest} AND ${newest}`,
  )
  const byPlace = new Map(rows.map(([file, row, ...values]) => [`${file}#${row}`, values]))
  return hits.map(({ file, row }) => {
    const values = byPlace.get(`${file}#${row}`)
    if (values === undefined) throw new Error(`the row ${row} of ${file} was found and is not there`)
    return eventOfRow(columns, values)
  })
}

function newestFirst(a: Hit, b: Hit): number {
  return compare(b.timestamp, a.timestamp) || Buffer.compare(Buffer.from(b.id), Buffer.from(a.id))
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The event with this id, if the plan's segments have it. */
export async function eventById(
  session: EngineSession,
  plan: QueryPlan,
  id: string,
): Promise<LogEvent | undefined> {
  for (const { wave } of wavesOf(plan.segments)) {
    const source = new SegmentSource(plan.dir, wave, plan.catalog)
    source.own('id')
    source.own('@timestamp')
    const [row] = await session.rows(
      `SELECT ${TIME}, ${ID}, filename, file_row_number FROM ${source.from()} WHERE ${ID} = $1 LIMIT 1`,
      [id],
    )
    if (row === undefined) continue
    const [event] = await eventsAt(session, plan, [hitOf(row)])
    return event
  }
  return undefined
}

function hitOf([timestamp, id, file, row]: readonly unknown[]): Hit {
  return {
    timestamp: BigInt(String(timestamp)),
    id: String(id),
    file: String(file),
    row: BigInt(String(row)),
  }
}
