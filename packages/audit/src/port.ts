import type { AuditEvent } from './audit-event.ts'

/**
 * The audit trail of one process: what goes in is kept until it is in the audit store, whichever app is away meanwhile.
 * It never fails and never waits for another process, so that auditing holds nothing up; what it has to give up it counts,
 * and says so with an event of its own as soon as it can.
 */
export interface AuditTrail {
  /**
   * Resolves once the event outlives this process, or was given up: because too much waits, the disk is full or the trail
   * is closed. Events are in the order of the calls. Never rejects.
   */
  record(event: AuditEvent): Promise<void>
  stats(): TrailStats
  /** What was recorded before is kept. */
  close(): Promise<void>
}

export interface TrailStats {
  /** Events that were given up since the process began. */
  readonly lost: number
  /** Bytes that are not in the store yet, as far as this process knows. */
  readonly waitingBytes: number
  /** Why the last event was given up; undefined once one has been kept again. */
  readonly obstacle: string | undefined
}
