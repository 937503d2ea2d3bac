import type { DeleteOutput, DeleteQuestion } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import type { LogReader, TimeRange } from '@heartwood/log-store'
import type { Query } from '@heartwood/query-lang'
import type { InternalClient } from '@heartwood/runtime'
import { z } from 'zod'
import { passedOn } from '../passed-on.ts'
import { questionScope } from './question-scope.ts'
import { stopwatch } from './stopwatch.ts'

const Deleted = z.object({ deleted: z.number().int().nonnegative() })

/** The apps that delete: each from its own store. */
export interface DeletingApps {
  readonly indexer: InternalClient
  /** Where there is an archive. */
  readonly archiver?: InternalClient | undefined
}

/** A dry run counts here; the indexer, which alone writes, does the real one. Times are resolved once, here. */
export async function deleteLogs(
  reader: LogReader,
  { indexer, archiver }: DeletingApps,
  question: DeleteQuestion,
  now: Nanos,
  signal: AbortSignal,
): Promise<DeleteOutput> {
  const took = stopwatch()
  const { query, range } = questionScope(question, now)
  if (question.dry_run) {
    const matched = await countOf(reader, query, range, signal)
    return { matched, deleted: 0, dry_run: true, took_ms: took() }
  }
  // Said here, so that a second indexer that is asked, where the first does not answer, removes nothing that came later.
  const body = {
    query: question.query,
    from: `${range.from}`,
    to: `${range.to}`,
    accepted_before: `${now}`,
  }
  const found = archiver === undefined ? undefined : await countOf(reader, query, range, signal)
  const stored = await deleteBy(indexer, body, signal)
  if (archiver !== undefined) await deleteBy(archiver, body, signal)
  // With an archive most are in two places, and some in one.
  const deleted = found ?? stored
  return { matched: deleted, deleted, dry_run: false, took_ms: took() }
}

async function deleteBy(client: InternalClient, body: unknown, signal: AbortSignal): Promise<number> {
  const response = await client.call('/internal/delete', { body, signal, unhurried: true })
  if (!response.ok) throw await passedOn(client.app, response)
  return Deleted.parse(await response.json()).deleted
}

async function countOf(
  reader: LogReader,
  query: Query,
  range: TimeRange,
  signal: AbortSignal,
): Promise<number> {
  await reader.refresh()
  return reader.count({ query, range, signal })
}
