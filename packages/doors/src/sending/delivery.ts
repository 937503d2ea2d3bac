import { z } from 'zod'

const Refused = z.object({ index: z.number().int(), reason: z.string() })
const Counts = z.object({ accepted: z.number().int(), rejected: z.number().int(), errors: z.array(Refused) })
const Taken = Counts.extend({ batch_id: z.string() })
const Failed = z.object({ error: z.looseObject({ message: z.string() }) })

/** What ingest says about a body: how much of it was taken, that nothing was kept now, or that it never will be. */
export type Delivery =
  /** Without a batch id not one record could be read; the next body may be fine. */
  | {
      readonly kind: 'taken'
      readonly batchId: string | undefined
      readonly counts: z.infer<typeof Counts>
    }
  /** The same again later: after so many seconds, where the server says it. */
  | { readonly kind: 'later'; readonly message: string | undefined; readonly seconds: number | undefined }
  | { readonly kind: 'refused'; readonly message: string | undefined }

/** Answers that say: nothing was kept, the same again later. */
const LATER: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 507])
const LONGEST_SECONDS = 300

/** Reads the answer to `POST /ingest`; `message` is the server's own, undefined where it is not one of ingest's answers. */
export async function deliveryOf(response: Response): Promise<Delivery> {
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) {
    const taken = Taken.safeParse(answer)
    return taken.success
      ? { kind: 'taken', batchId: taken.data.batch_id, counts: taken.data }
      : { kind: 'refused', message: undefined }
  }
  const failed = Failed.safeParse(answer)
  const message = failed.success ? failed.data.error.message : undefined
  if (LATER.has(response.status)) return { kind: 'later', message, seconds: retryAfter(response) }
  const counts = Counts.safeParse(failed.success ? failed.data.error : undefined)
  return counts.success
    ? { kind: 'taken', batchId: undefined, counts: counts.data }
    : { kind: 'refused', message }
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? '')
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_SECONDS) : undefined
}
