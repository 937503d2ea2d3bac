import { type ExportQuestion, type LogJson, toLogJson } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import type { LogReader, SearchPage, SearchRequest } from '@heartwood/log-store'
import { questionScope } from './question-scope.ts'

/** Logs that are read at once and held until the client has taken them. */
const PAGE_LOGS = 1_000

/** Runs the search for one page within the limits of a question. */
export type AskPage = (work: (signal: AbortSignal) => Promise<SearchPage>) => Promise<SearchPage>

/**
 * Everything that matches, newest first, a page in memory at a time. A page is read when the one before has been taken,
 * each within the limits of a question of its own, so that an export never keeps others waiting for longer.
 */
export async function exportLogs(
  reader: LogReader,
  question: ExportQuestion,
  now: Nanos,
  ask: AskPage,
): Promise<AsyncIterable<readonly LogJson[]>> {
  const scope = questionScope(question, now)
  const pageOf = (left: number, after?: SearchRequest['after']) =>
    ask(async (signal) => {
      await reader.refresh()
      return reader.search({ ...scope, limit: Math.min(PAGE_LOGS, left), signal, ...(after && { after }) })
    })
  return pages(await pageOf(question.limit), question.limit, pageOf)
}

async function* pages(
  first: SearchPage,
  limit: number,
  pageOf: (left: number, after: SearchRequest['after']) => Promise<SearchPage>,
): AsyncGenerator<readonly LogJson[]> {
  let page = first
  let left = limit
  for (;;) {
    yield page.events.map(toLogJson)
    left -= page.events.length
    const last = page.events.at(-1)
    if (!page.more || left <= 0 || last === undefined) return
    page = await pageOf(left, last)
  }
}
