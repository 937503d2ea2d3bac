import { type SearchFrame, type SearchOutput, type SearchQuestion, toLogJson } from '@heartwood/api'
import { isoFromNanos, type Nanos } from '@heartwood/event'
import type { LogReader, ReadProgress, SearchPosition } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'
import { readCursor, writeCursor } from './cursor.ts'
import { questionScope, timeOf } from './question-scope.ts'
import { readJson } from './read-json.ts'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

/** Between two words of progress. */
const PROGRESS_MILLIS = 250

/** A search that can be asked. `tell` hears of what is found before the answer is whole, which has all of it again. */
export type PreparedSearch = (
  reader: LogReader,
  signal: AbortSignal,
  tell?: (frame: SearchFrame) => void,
) => Promise<SearchOutput>

/**
 * One page of logs, in the order that is asked for. All pages of a search have the time range of its first page: an event
 * that was there then is on exactly one page, however many arrive meanwhile. Throws what is wrong with the question.
 */
export function prepareSearch(question: SearchQuestion, now: Nanos): PreparedSearch {
  const { order, limit } = question
  const scope = questionScope(question, now)
  const asked = JSON.stringify([question.query, question.service, question.level, order, question.dataset])
  const cursor = question.cursor === undefined ? undefined : readCursor(question.cursor, asked)
  const after = placeOf(question, now) ?? cursor?.after
  const range = cursor?.range ?? scope.range
  const { query } = scope
  const seenBefore = cursor?.seen ?? 0
  const cursorAt = ({ timestamp, id }: SearchPosition, found: number) =>
    writeCursor({ range, after: { timestamp, id }, seen: seenBefore + found }, asked)

  return async (reader, signal, tell) => {
    const took = stopwatch()
    const { onRead, total: read } = readSum()
    const saysProgress = tell && progressTeller(tell, took)
    let found = 0
    await reader.refresh()
    const page = await reader.search({
      query,
      range,
      order,
      limit,
      signal,
      onRead,
      ...(after !== undefined && { after }),
      ...(tell && {
        onRows(events) {
          found += events.length
          const last = events.at(-1)
          const next_cursor = last === undefined ? null : cursorAt(last, found)
          tell({ event: 'rows', data: { logs: events.map(toLogJson), next_cursor } })
        },
        onProgress: ({ reached, ...progress }) =>
          saysProgress?.(progress, () => ({
            reached: isoFromNanos(reached.timestamp),
            counted: null,
            next_cursor: cursorAt(reached, found),
          })),
      }),
    })
    const last = page.events.at(-1)
    const next_cursor = page.more && last !== undefined ? cursorAt(last, page.events.length) : null
    const isAll = after === undefined && !page.more
    const exact = isAll || question.total === 'exact'
    const onCounted = ({ matched, ...progress }: ReadProgress & { readonly matched: number }) =>
      saysProgress?.(progress, () => ({ reached: null, counted: matched, next_cursor }))
    const total =
      exact && !isAll
        ? await reader.count({ query, range, signal, onRead, ...(tell && { onProgress: onCounted }) })
        : seenBefore + page.events.length
    return {
      total,
      total_relation: exact ? 'eq' : 'gte',
      logs: page.events.map(toLogJson),
      next_cursor,
      read: read(),
      took_ms: took(),
    }
  }
}

type Progress = Extract<SearchFrame, { event: 'progress' }>['data']

/** Says how far a search is, as often as people can read. */
function progressTeller(tell: (frame: SearchFrame) => void, took: () => number) {
  let toldAt = Number.NEGATIVE_INFINITY
  return (
    { of, ...read }: ReadProgress,
    more: () => Pick<Progress, 'reached' | 'counted' | 'next_cursor'>,
  ): void => {
    const took_ms = took()
    if (took_ms - toldAt < PROGRESS_MILLIS) return
    toldAt = took_ms
    tell({ event: 'progress', data: { read: readJson([read]), of, ...more(), took_ms } })
  }
}

function placeOf({ after, cursor }: SearchQuestion, now: Nanos): SearchPosition | undefined {
  if (after === undefined) return undefined
  if (cursor !== undefined)
    throw new AppError('invalid_parameter', 'after: a cursor already says where the page begins')
  const comma = after.indexOf(',')
  if (comma === -1)
    throw new AppError(
      'invalid_parameter',
      'after: takes the @timestamp and the id of a log, with a comma between',
    )
  return { timestamp: timeOf('after', after.slice(0, comma), now), id: after.slice(comma + 1) }
}
