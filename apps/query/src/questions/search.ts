import { type SearchOutput, type SearchQuestion, toLogJson } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import { readCursor, writeCursor } from './cursor.ts'
import { questionScope } from './question-scope.ts'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

/**
 * One page of logs, newest first. All pages of a search have the time range of its first page: an event that was there
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
  const asked = JSON.stringify([question.query, question.service, question.level])
  const cursor = question.cursor === undefined ? undefined : readCursor(question.cursor, asked)
  const range = cursor?.range ?? scope.range
  const { query } = scope
  const { onRead, total: read } = readSum()

  await reader.refresh()
  const page = await reader.search({
    query,
    range,
    limit: question.limit,
    signal,
    onRead,
    ...(cursor !== undefined && { after: cursor.after }),
  })
  const seen = (cursor?.seen ?? 0) + page.events.length
  const isAll = cursor === undefined && !page.more
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
