import type { DeleteOutput, DeleteQuestion } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import type { InternalClient } from '@heartwood/runtime'
import { z } from 'zod'
import { passedOn } from '../passed-on.ts'
import { questionScope } from './question-scope.ts'
import { stopwatch } from './stopwatch.ts'

const Deleted = z.object({ deleted: z.number().int().nonnegative() })

/** A dry run counts here; the indexer, which alone writes, does the real one. Times are resolved once, here. */
export async function deleteLogs(
  reader: LogReader,
  indexer: InternalClient,
  question: DeleteQuestion,
  now: Nanos,
  signal: AbortSignal,
): Promise<DeleteOutput> {
  const took = stopwatch()
  const { query, range } = questionScope(question, now)
  if (question.dry_run) {
    await reader.refresh()
    const matched = await reader.count({ query, range, signal })
    return { matched, deleted: 0, dry_run: true, took_ms: took() }
  }
  // Said here, so that a second indexer that is asked, where the first does not answer, removes nothing that came later.
  const body = {
    query: question.query,
    from: `${range.from}`,
    to: `${range.to}`,
    accepted_before: `${now}`,
  }
  const response = await indexer.call('/internal/delete', { body, signal, unhurried: true })
  if (!response.ok) throw await passedOn(indexer.app, response)
  const { deleted } = Deleted.parse(await response.json())
  return { matched: deleted, deleted, dry_run: false, took_ms: took() }
}
