import type { DismissOutput } from '@heartwood/api'
import { type DeadLetterFilter, isoFromNanos } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import type { InternalClient } from '@heartwood/runtime'
import { z } from 'zod'
import { passedOn } from '../passed-on.ts'

const Dismissed = z.object({ dismissed: z.number().int().nonnegative() })

/** A dry run counts here; the indexer, which alone writes, does the real one. */
export async function dismissLetters(
  reader: LogReader,
  indexer: InternalClient,
  filter: DeadLetterFilter,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<DismissOutput> {
  if (dryRun) {
    await reader.refresh()
    let matched = 0
    for await (const _letter of reader.eachDeadLetter(filter)) matched++
    return { matched, dismissed: 0, dry_run: true }
  }
  const { batchId, from, to, ...rest } = filter
  const body = {
    ...rest,
    batch_id: batchId,
    from: from === undefined ? undefined : isoFromNanos(from),
    to: to === undefined ? undefined : isoFromNanos(to),
  }
  const response = await indexer.call('/internal/dead-letters/dismiss', { body, signal, unhurried: true })
  if (!response.ok) throw await passedOn(indexer.app, response)
  const { dismissed } = Dismissed.parse(await response.json())
  return { matched: dismissed, dismissed, dry_run: false }
}
