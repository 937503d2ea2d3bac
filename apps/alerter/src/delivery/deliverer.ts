import { LOG_RECEIVER, type Receiver } from '@heartwood/alerts'
import type { Database, DueNotification } from '@heartwood/db'
import { DeliveryError, postWebhook } from './webhook.ts'

export interface DelivererParts {
  readonly database: Database
  /** Those of the rules in force; undefined while there are none because the file has a mistake. */
  readonly receivers: () => readonly Receiver[] | undefined
  /** Whether other alerters deliver too: their files may have a receiver that ours does not have yet. */
  readonly isShared: boolean
  /** The receiver `log`. */
  readonly writeLog: (payload: unknown) => void
  readonly onOutcome: (receiver: string, outcome: DeliveryOutcome, error?: string) => void
  /** The database does not answer. */
  readonly onTrouble: (error: unknown) => void
  readonly now: () => number
  readonly timing?: Partial<DeliveryTiming>
}

export type DeliveryOutcome = 'delivered' | 'postponed' | 'failed'

/** Milliseconds. */
export interface DeliveryTiming {
  /** Of one attempt. */
  readonly timeout: number
  /** After this long a delivery whose process died is taken up again; longer than all quick retries take. */
  readonly lease: number
  /** Wait after the first failure; doubles each time up to `longestWait`. */
  readonly firstWait: number
  readonly longestWait: number
  readonly giveUp: number
  /** The outbox is looked at this often at least. */
  readonly poll: number
  readonly keepSettled: number
}

const TIMING: DeliveryTiming = {
  timeout: 8000,
  lease: 20_000,
  firstWait: 5000,
  longestWait: 15 * 60_000,
  giveUp: 24 * 3_600_000,
  poll: 5000,
  keepSettled: 30 * 86_400_000,
}

const AT_ONCE = 10
const TIDY_MILLIS = 3_600_000

export interface Deliverer {
  /** There may be something new in the outbox. */
  wake(): void
  /** Ends running deliveries; what was not delivered is due again at once. */
  stop(): Promise<void>
}

/** Delivers what is in the outbox: at least once, in order for a rule and receiver, again and again for a day. */
export function startDeliverer(parts: DelivererParts): Deliverer {
  const timing = { ...TIMING, ...parts.timing }
  const stopping = new AbortController()
  let wake = Promise.withResolvers<void>()

  const run = async (): Promise<void> => {
    let tidiedAt = Number.NEGATIVE_INFINITY
    while (!stopping.signal.aborted) {
      const { promise: woken } = wake
      const took = await deliverDue(parts, timing, stopping.signal).catch((error: unknown) => {
        parts.onTrouble(error)
        return 0
      })
      if (took > 0) continue
      if (parts.now() - tidiedAt > TIDY_MILLIS) {
        tidiedAt = parts.now()
        await parts.database.notifications.removeSettled(tidiedAt - timing.keepSettled).catch(parts.onTrouble)
      }
      await Promise.race([woken, pause(timing.poll, stopping.signal)])
    }
  }

  const running = run()
  const wakeUp = (): void => {
    wake.resolve()
    wake = Promise.withResolvers<void>()
  }
  return {
    wake: wakeUp,
    async stop() {
      stopping.abort()
      wakeUp()
      await running
    },
  }
}

/** Delivers what is due now; returns how many that were. */
async function deliverDue(
  parts: DelivererParts,
  timing: DeliveryTiming,
  signal: AbortSignal,
): Promise<number> {
  const now = parts.now()
  const due = await parts.database.notifications.take({ now, leaseUntil: now + timing.lease, limit: AT_ONCE })
  await Promise.all(due.map((notification) => deliver(parts, timing, notification, signal)))
  return due.length
}

async function deliver(
  parts: DelivererParts,
  timing: DeliveryTiming,
  notification: DueNotification,
  signal: AbortSignal,
): Promise<void> {
  const { notifications } = parts.database
  const { id, receiver } = notification
  try {
    await send(parts, timing, notification, signal)
    await notifications.delivered(id, parts.now())
    parts.onOutcome(receiver, 'delivered')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const now = parts.now()
    if (signal.aborted)
      return notifications.postpone(notification, now, 'the alerter stopped while it was delivering')
    const final = error instanceof DeliveryError && error.final
    if (final || now - notification.createdAt >= timing.giveUp) {
      parts.onOutcome(receiver, 'failed', reason)
      return notifications.fail(notification, final ? reason : `given up: ${reason}`)
    }
    parts.onOutcome(receiver, 'postponed', reason)
    return notifications.postpone(notification, now + waitAfter(notification.attempts, timing, error), reason)
  }
}

async function send(
  parts: DelivererParts,
  timing: DeliveryTiming,
  notification: DueNotification,
  signal: AbortSignal,
): Promise<void> {
  if (notification.receiver === LOG_RECEIVER) return parts.writeLog(notification.payload)
  const receivers = parts.receivers()
  if (receivers === undefined)
    throw new DeliveryError('the rules file has a mistake, so no receiver is known', {})
  const receiver = receivers.find(({ name }) => name === notification.receiver)
  if (receiver === undefined)
    throw new DeliveryError(`there is no receiver ${notification.receiver} any more`, {
      final: !parts.isShared,
    })
  await postWebhook(receiver, notification, { timeoutMillis: timing.timeout, signal })
}

function waitAfter(attempts: number, timing: DeliveryTiming, error: unknown): number {
  const asked = error instanceof DeliveryError ? (error.retryAfterMillis ?? 0) : 0
  const own = Math.min(timing.longestWait, timing.firstWait * 2 ** Math.min(attempts - 1, 20))
  return Math.min(timing.longestWait, Math.max(asked, own))
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = (): void => resolve()
  const timer = setTimeout(done, millis)
  signal.addEventListener('abort', done, { once: true })
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', done)
  })
}
