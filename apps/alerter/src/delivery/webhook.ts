import type { Receiver } from '@heartwood/alerts'
import type { DueNotification } from '@heartwood/db'
import pRetry, { AbortError } from 'p-retry'

/** A delivery that failed. `final`: the receiver will not take it later either. */
export class DeliveryError extends Error {
  readonly final: boolean
  readonly retryAfterMillis: number | undefined
  constructor(
    message: string,
    options: { final?: boolean; retryAfterMillis?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.name = 'DeliveryError'
    this.final = options.final ?? false
    this.retryAfterMillis = options.retryAfterMillis
  }
}

export interface WebhookOptions {
  readonly timeoutMillis: number
  readonly signal: AbortSignal
}

/** A second try at once, for a receiver that hiccups; what fails then waits in the outbox. */
const QUICK_RETRY = { retries: 1, minTimeout: 300 }

/**
 * Posts a notification as JSON. Only a 2xx is a delivery. `Idempotency-Key` is the same in every attempt, so that a
 * receiver can tell a repetition (at least once) from news. Throws DeliveryError.
 */
export async function postWebhook(
  receiver: Receiver,
  notification: DueNotification,
  options: WebhookOptions,
): Promise<void> {
  await pRetry(
    async () => {
      try {
        await post(receiver, notification, options)
      } catch (error) {
        if (error instanceof DeliveryError && (error.final || error.retryAfterMillis !== undefined))
          throw new AbortError(error)
        throw error
      }
    },
    { ...QUICK_RETRY, signal: options.signal },
  )
}

async function post(
  receiver: Receiver,
  notification: DueNotification,
  options: WebhookOptions,
): Promise<void> {
  const response = await fetch(receiver.webhook, {
    method: 'POST',
    headers: {
      'user-agent': 'heartwood-alerter',
      ...receiver.headers,
      'content-type': 'application/json',
      'idempotency-key': notification.id,
    },
    body: JSON.stringify(notification.payload),
    redirect: 'manual',
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMillis)]),
  }).catch((cause: unknown) => {
    const late = cause instanceof Error && cause.name === 'TimeoutError'
    const reason = late ? `no answer within ${options.timeoutMillis / 1000} s` : reasonOf(cause)
    throw new DeliveryError(`receiver ${receiver.name}: ${reason}`, { cause })
  })
  await response.body?.cancel().catch(() => undefined)
  if (response.ok) return
  const { status } = response
  throw new DeliveryError(`receiver ${receiver.name}: HTTP ${status}`, {
    // A redirect or a refusal stays one; too early, too many and a time-out pass.
    final: status >= 300 && status < 500 && ![408, 425, 429].includes(status),
    retryAfterMillis: retryAfterMillis(response),
  })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}

function retryAfterMillis(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
}
