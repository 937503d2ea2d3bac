import { z } from 'zod'
import { isPassingStatus } from '../connection.ts'

const ItemError = z.object({
  type: z.string(),
  reason: z.string().nullish(),
  caused_by: z.object({ reason: z.string().nullish() }).nullish(),
})
type ItemError = z.infer<typeof ItemError>
const Outcome = z.object({ status: z.number(), error: ItemError.optional() })
const Item = z.object({
  create: Outcome.optional(),
  index: Outcome.optional(),
  delete: Outcome.optional(),
})
const BulkAnswer = z.discriminatedUnion('errors', [
  z.object({ errors: z.literal(false) }),
  z.object({ errors: z.literal(true), items: z.array(Item) }),
])

/** What became of one operation. */
export type OperationOutcome =
  | { readonly kind: 'done' }
  /** It may well be done later. */
  | { readonly kind: 'again'; readonly reason: string; readonly isFault: boolean }
  /** It never will: for what is in it. */
  | { readonly kind: 'refused'; readonly reason: string }

const DONE: OperationOutcome = { kind: 'done' }

/** Errors of status 400 that are about the cluster and not about the document. */
const OF_THE_CLUSTER: ReadonlySet<string> = new Set([
  // No more shards are allowed.
  'validation_exception',
  'index_closed_exception',
])

/** Where the index is not there, neither is a document. */
const NO_INDEX = 'index_not_found_exception'

/** The parts of an answer to `_bulk` that are read: `filter_path`. */
export const BULK_FILTER =
  'errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason'

/**
 * Reads the answer to a `_bulk` of so many operations, in order; undefined where all are done. What was there already (409
 * on create) and what was gone already (404 on delete) is done. Throws ZodError for what is no such answer.
 */
export function bulkOutcomes(answer: unknown, operations: number): readonly OperationOutcome[] | undefined {
  const bulk = BulkAnswer.parse(answer)
  if (!bulk.errors) return undefined
  if (bulk.items.length !== operations)
    throw new Error(`Elasticsearch told of ${bulk.items.length} operations of ${operations}`)
  return bulk.items.map(outcomeOf)
}

function outcomeOf(item: z.infer<typeof Item>): OperationOutcome {
  const outcome = item.create ?? item.index ?? item.delete
  if (outcome === undefined) return { kind: 'again', reason: 'Elasticsearch did not tell', isFault: true }
  const { status, error } = outcome
  if (status < 300) return DONE
  if (status === 409 && item.create !== undefined) return DONE
  if (status === 404 && item.delete !== undefined && (error === undefined || error.type === NO_INDEX))
    return DONE
  const reason = error === undefined ? `status ${status}` : reasonOf(error)
  // Two writes of one document at once: one of them wins, and the other is done again.
  if (status === 409 || status === 404) return { kind: 'again', reason, isFault: false }
  if (error !== undefined && OF_THE_CLUSTER.has(error.type)) return { kind: 'again', reason, isFault: false }
  if (isPassingStatus(status)) return { kind: 'again', reason, isFault: status === 500 }
  return { kind: 'refused', reason }
}

function reasonOf({ type, reason, caused_by: cause }: ItemError): string {
  const said = [reason, cause?.reason].filter((text) => text !== undefined && text !== null && text !== '')
  return said.length === 0 ? type : withoutDocuments(said.join(': ')).slice(0, 1_000)
}

/** Where a shard is away, Elasticsearch repeats the whole request, with all that is in its documents. */
function withoutDocuments(reason: string): string {
  return reason.replace(/,? *request: \[BulkShardRequest .*$/s, '')
}
