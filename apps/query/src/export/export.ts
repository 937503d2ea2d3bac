import type { ExportQuestion } from '@heartwood/api'
import type { LogEvent, Nanos } from '@heartwood/event'
import type { LogReader, SearchPage, SearchRequest } from '@heartwood/log-store'
import { questionScope } from '../questions/question-scope.ts'
import { csv } from './csv.ts'
import { allColumns, chosenColumns, tableColumn } from './export-columns.ts'
import { ndjson } from './ndjson.ts'
import { parquet } from './parquet.ts'

/** Logs that are read at once and held until the client has taken them. */
const PAGE_LOGS = 1_000

/** Runs a part of the work within the limits of a question. */
export type Ask = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>

/**
 * Everything that matches, in the order and format that are asked for, a page (of Parquet a row group) in memory at a time. A
 * page is read when the one before has been taken, each within the limits of a question of its own, so that an export never
 * keeps others waiting for longer.
 */
export async function exportLogs(
  reader: LogReader,
  question: ExportQuestion,
  now: Nanos,
  ask: Ask,
): Promise<AsyncIterable<Uint8Array>> {
  const scope = questionScope(question, now)
  const { order, limit, format } = question
  const chosen = chosenColumns(question.columns)
  const pageOf = (left: number, after?: SearchRequest['after']) =>
    ask(async (signal) => {
      await reader.refresh()
      const request = { ...scope, order, limit: Math.min(PAGE_LOGS, left), signal }
      return reader.search({ ...request, ...(after && { after }) })
    })
  const pages = pagesFrom(await pageOf(limit), limit, pageOf)
  if (format === 'ndjson') return ndjson(pages, chosen)
  const fields = await ask((signal) => reader.fields({ range: scope.range, signal }))
  const columns = chosen ?? allColumns(fields)
  switch (format) {
    case 'csv':
      return csv(pages, columns)
    case 'parquet':
      return parquet(
        pages,
        columns.map((name) => tableColumn(name, fields)),
      )
  }
}

async function* pagesFrom(
  first: SearchPage,
  limit: number,
  pageOf: (left: number, after: SearchRequest['after']) => Promise<SearchPage>,
): AsyncGenerator<readonly LogEvent[]> {
  let page = first
  let left = limit
  for (;;) {
    yield page.events
    left -= page.events.length
    const last = page.events.at(-1)
    if (!page.more || left <= 0 || last === undefined) return
    page = await pageOf(left, last)
  }
}
