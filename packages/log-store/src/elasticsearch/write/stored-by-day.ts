import type { EventBatch } from '@heartwood/event'
import { z } from 'zod'
import { documentId } from '../names.ts'
import { idOf, rowIndexes } from './operations.ts'
import { askPatiently, type Patience } from './patient-asking.ts'

/** Rows that are asked for in one go. */
const ROWS_AT_ONCE = 1_000

const Found = z.object({
  docs: z.array(
    z.object({
      found: z.boolean().optional(),
      error: z.object({ type: z.string(), reason: z.string() }).optional(),
    }),
  ),
})

/**
 * The rows without those that are in the index of their day: a store that has an index a month now had one a day in an older
 * version, and what had been stored there must not be stored again when it comes again.
 */
export async function withoutStoredByDay(
  patience: Patience,
  prefix: string,
  events: EventBatch,
  rows: readonly number[],
): Promise<number[]> {
  const indexOf = rowIndexes({ prefix, period: 'day' }, events)
  const left: number[] = []
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    const part = rows.slice(first, first + ROWS_AT_ONCE)
    const docs = part.map((row) => ({
      _index: indexOf(row),
      _id: documentId(idOf(events, row)),
      _source: false,
    }))
    const question = {
      method: 'POST',
      path: '/_mget',
      query: { filter_path: 'docs.found,docs.error.type,docs.error.reason' },
      body: { docs },
    } as const
    const answer = Found.parse(await askPatiently(patience, question, unknownOf))
    if (answer.docs.length !== part.length)
      throw new Error('Elasticsearch answers for fewer documents than were asked for')
    left.push(...part.filter((_row, place) => answer.docs[place]?.found !== true))
  }
  return left
}

/** Mostly there is no index of the day; whatever else cannot be looked up is not missing: it would be taken for new. */
function unknownOf(answer: unknown): string | undefined {
  return Found.parse(answer).docs.find(
    ({ error }) => error !== undefined && error.type !== 'index_not_found_exception',
  )?.error?.reason
}
