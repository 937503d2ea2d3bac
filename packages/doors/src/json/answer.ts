import type { Accepted } from '../accepted.ts'

/** The answer to `POST /ingest`. */
export interface IngestAnswer {
  readonly batch_id: string
  readonly accepted: number
  readonly rejected: number
  /** The first refused records. */
  readonly errors: readonly { readonly index: number; readonly reason: string }[]
}

const MAX_ERRORS = 100

export function ingestAnswer(batchId: string, accepted: Accepted): IngestAnswer {
  return {
    batch_id: batchId,
    accepted: accepted.records - accepted.refused.length,
    rejected: accepted.refused.length,
    errors: accepted.refused.slice(0, MAX_ERRORS).map(({ index, reason }) => ({ index, reason })),
  }
}
