import type { AuditEvent } from './audit-event.ts'
import type { AuditTrail } from './port.ts'
import { REPEAT_LIMITS, Repeats } from './repeats.ts'

/** Records what may come again and again. */
export interface RepeatTrail {
  /** Waits for nothing. @param key the same for what counts as the same */
  note(key: string, event: AuditEvent): void
  /** Says what was still being counted. */
  [Symbol.asyncDispose](): Promise<void>
}

/** @param clock milliseconds that only grow */
export function repeatTrail(trail: AuditTrail, clock: () => number, limits = REPEAT_LIMITS): RepeatTrail {
  const repeats = new Repeats(limits)
  const record = (events: readonly AuditEvent[]) => Promise.all(events.map((event) => trail.record(event)))
  const timer = setInterval(() => void record(repeats.due(clock())), limits.windowMillis / 4).unref()
  return {
    note(key, event) {
      void record(repeats.take(key, event, clock()))
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await record(repeats.end())
    },
  }
}
