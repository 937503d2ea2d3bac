import { type Delivery, deliveryOf } from '@heartwood/doors/sending'
import pRetry from 'p-retry'
import { UnreadableFile } from './read-file.ts'

const FIRST_WAIT_MILLIS = 500
const LONGEST_WAIT_MILLIS = 15_000

export interface DeliverOptions {
  readonly url: string
  /** A body that is sent again under it is found once. */
  readonly key: string
  readonly signal: AbortSignal
  /** Told why the next try waits. */
  onWait(reason: string): void
}

/**
 * Posts a body until ingest has it on disk, however long that takes. Throws UnreadableFile where it never will have it, and
 * the reason of the signal where that ends it.
 */
export async function deliver(
  body: Uint8Array<ArrayBuffer>,
  { url, key, signal, onWait }: DeliverOptions,
): Promise<Extract<Delivery, { kind: 'taken' }>> {
  return pRetry(
    async () => {
      const delivery = await post(url, body, key, signal)
      if (delivery.kind === 'taken') return delivery
      const message = delivery.message ?? 'The server does not answer as ingest does.'
      if (delivery.kind === 'refused') throw new UnreadableFile(`was refused: ${message}`)
      throw new Later(message, delivery.seconds)
    },
    {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: FIRST_WAIT_MILLIS,
      maxTimeout: LONGEST_WAIT_MILLIS,
      signal,
      shouldRetry: ({ error }) => error instanceof Later,
      async onFailedAttempt({ error }) {
        if (!(error instanceof Later)) return
        onWait(error.message)
        await pause((error.seconds ?? 0) * 1_000, signal)
      },
    },
  )
}

/** Nothing was kept; the same body may be sent again after `seconds`. */
class Later extends Error {
  readonly seconds: number | undefined
  constructor(message: string, seconds: number | undefined) {
    super(message)
    this.seconds = seconds
  }
}

async function post(
  url: string,
  body: Uint8Array<ArrayBuffer>,
  key: string,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'idempotency-key': key }, body, signal })
    return await deliveryOf(response)
  } catch {
    signal.throwIfAborted()
    return { kind: 'later', message: 'Heartwood does not answer.', seconds: undefined }
  }
}

/** Ends early where the signal does. */
function pause(millis: number, signal: AbortSignal): Promise<void> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(millis)])
  return new Promise((resolve) => {
    if (ended.aborted) resolve()
    else ended.addEventListener('abort', () => resolve(), { once: true })
  })
}
