import { type SearchOutput, type SearchQuestion, toLogJson } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import type { LogReader, SearchPosition } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'
import { readCursor, writeCursor } from './cursor.ts'
import { questionScope, timeOf } from './question-scope.ts'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

/**
 * One page of logs, in the order that is asked for. All pages of a search have the time range of its first page: an event that was there
 * then is on exactly one page, however many arrive meanwhile.
 */
export async function search(
  reader: LogReader,
  question: SearchQuestion,
  now: Nanos,
  signal: AbortSignal,
): Promise<SearchOutput> {
  const took = stopwatch()
  const scope = questionScope(question, now)
  const { order } = question
  const asked = JSON.stringify([question.query, question.service, question.level, order])
  const cursor = question.cursor === undefined ? undefined : readCursor(question.cursor, asked)
  const after = placeOf(question, now) ?? cursor?.after
  const range = cursor?.range ?? scope.range
  const { query } = scope
  const { onRead, total: read } = readSum()

  await reader.refresh()
  const page = await reader.search({
    query,
    range,
    order,
    limit: question.limit,
    signal,
    onRead,
    ...(after !== undefined && { after }),
  })
  const seen = (cursor?.seen ?? 0) + page.events.length
  const isAll = after === undefined && !page.more
  const exact = isAll || question.total === 'exact'
  const total = exact && !isAll ? await reader.count({ query, range, signal, onRead }) : seen

  const last = page.events.at(-1)
  return {
    total,
    total_relation: exact ? 'eq' : 'gte',
    logs: page.events.map(toLogJson),
    next_cursor:
      page.more && last !== undefined
        ? writeCursor({ range, after: { timestamp: last.timestamp, id: last.id }, seen }, asked)
        : null,
    read: read(),
    took_ms: took(),
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
