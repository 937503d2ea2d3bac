import { ErrorAnswer } from '@heartwood/api'
import { z } from 'zod'

const Refused = z.object({ index: z.number().int(), reason: z.string() })
const Counts = z.object({ accepted: z.number().int(), rejected: z.number().int(), errors: z.array(Refused) })
const Taken = Counts.extend({ batch_id: z.string() })

/** What ingest said about a body: kept, refused record by record, or not now. */
export type Delivery =
  | { readonly kind: 'taken'; readonly batchId: string | undefined; readonly counts: z.infer<typeof Counts> }
  | { readonly kind: 'later'; readonly reason: string; readonly seconds: number | undefined }
  | { readonly kind: 'refused'; readonly reason: string }

/** Answers that say: nothing was kept, the same again later. */
const LATER = new Set([408, 429, 500, 502, 503, 504, 507])

/** Posts one body once. Throws only where `signal` ends it. */
export async function deliver(
  url: string,
  body: Uint8Array<ArrayBuffer>,
  key: string,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'idempotency-key': key }, body, signal })
    return await read(response)
  } catch {
    signal.throwIfAborted()
    return { kind: 'later', reason: 'Heartwood does not answer.', seconds: undefined }
  }
}

async function read(response: Response): Promise<Delivery> {
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) {
    const taken = Taken.safeParse(answer)
    if (taken.success) return { kind: 'taken', batchId: taken.data.batch_id, counts: taken.data }
  }
  const error = ErrorAnswer.safeParse(answer)
  const reason = error.success ? error.data.error.message : `The server answered ${response.status}.`
  if (LATER.has(response.status)) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    return { kind: 'later', reason, seconds: seconds > 0 ? seconds : undefined }
  }
  // Not one record could be read; the next batch may be fine.
  const counts = Counts.safeParse(error.success ? error.data.error : undefined)
  if (counts.success) return { kind: 'taken', batchId: undefined, counts: counts.data }
  return { kind: 'refused', reason }
}
