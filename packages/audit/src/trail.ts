import type { Nanos } from '@heartwood/event'
import { QueueError, type QueuePublisher } from '@heartwood/queue'
import type { AuditEvent } from './audit-event.ts'
import { auditRecord, type Origin } from './audit-record.ts'
import type { AuditTrail } from './port.ts'
import { withoutSecrets } from './secrets.ts'

export interface TrailOptions {
  /** Where events go and are durable: an outbox on this machine's disk, or a queue in memory. Closed with the trail. */
  readonly queue: QueuePublisher
  readonly origin: Origin
  /** What must stand in no event. */
  readonly secrets: readonly string[]
  readonly newId: () => string
  readonly now: () => Nanos
  /** Told why an event was given up, once until one has been kept again; and then with undefined. */
  readonly onObstacle?: (reason: string | undefined) => void
}

/** What was given up since the last event that was kept. */
interface Gap {
  readonly events: number
  readonly since: Nanos
  readonly reason: string
}

/** A trail over a queue of its own. */
export function auditTrail(options: TrailOptions): AuditTrail {
  const { queue, origin, secrets, newId, now } = options
  let lost = 0
  let gap: Gap | undefined
  let last = 0n
  let isClosed = false
  const pending = new Set<Promise<void>>()

  /** Times grow, so that events of one process are found in the order they were recorded. */
  const time = (): Nanos => {
    const current = now()
    last = current > last ? current : last + 1n
    return last
  }
  const publish = async (event: AuditEvent, at: Nanos): Promise<void> => {
    const { header, body } = auditRecord(withoutSecrets(event, secrets), origin, newId(), at)
    await queue.publish(undefined, header, body)
  }
  const widenGap = (events: number, since: Nanos, error: unknown): void => {
    const reason = reasonOf(error)
    if (gap === undefined) options.onObstacle?.(reason)
    gap = { events: (gap?.events ?? 0) + events, since, reason }
  }
  const sayGap = async (): Promise<void> => {
    const said = gap
    if (said === undefined) return
    gap = undefined
    options.onObstacle?.(undefined)
    await publish(gapEvent(said), time()).catch((error: unknown) => widenGap(said.events, said.since, error))
  }
  const keep = async (event: AuditEvent): Promise<void> => {
    const at = time()
    try {
      await publish(event, at)
    } catch (error) {
      lost++
      widenGap(1, gap?.since ?? at, error)
      return
    }
    await sayGap()
  }

  return {
    record(event) {
      if (isClosed) {
        lost++
        return Promise.resolve()
      }
      const keeping = keep(event).finally(() => pending.delete(keeping))
      pending.add(keeping)
      return keeping
    },
    stats: () => ({ lost, waitingBytes: queue.backlog().bytes, obstacle: gap?.reason }),
    async close() {
      if (isClosed) return
      isClosed = true
      await Promise.all(pending)
      await queue.close()
    },
  }
}

function gapEvent({ events, since, reason }: Gap): AuditEvent {
  return {
    action: 'audit-gap',
    outcome: 'failure',
    message: `${events} audit events could not be kept: ${reason}`,
    attributes: { 'heartwood.lost': events, 'heartwood.lost_since': String(since), 'error.message': reason },
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof QueueError) return error.message
  return error instanceof Error ? error.message : String(error)
}
