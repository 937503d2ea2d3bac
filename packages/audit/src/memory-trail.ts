import type { AuditEvent } from './audit-event.ts'
import type { AuditTrail } from './port.ts'

/** A trail that keeps events as they were recorded: for tests of those who record. */
export interface MemoryTrail extends AuditTrail {
  readonly events: readonly AuditEvent[]
}

/** @param limit of events; what comes beyond is given up */
export function memoryTrail(limit = Number.POSITIVE_INFINITY): MemoryTrail {
  const events: AuditEvent[] = []
  let lost = 0
  let isClosed = false
  return {
    events,
    async record(event) {
      if (isClosed || events.length >= limit) lost++
      else events.push(event)
    },
    stats: () => ({
      lost,
      waitingBytes: 0,
      obstacle: events.length >= limit ? `${limit} events are kept, as many as there is room for` : undefined,
    }),
    async close() {
      isClosed = true
    },
  }
}
