import { setTimeout as pause } from 'node:timers/promises'
import type { Nanos } from '@heartwood/event'
import { LogStoreError, type LogWriter } from '@heartwood/log-store'
import type { App } from '@heartwood/runtime'

export interface MaintenancePace {
  readonly retentionMillis: number
  /** Between two rounds of tidying while there is something to do, and while there is not. */
  readonly busyMillis: number
  readonly idleMillis: number
}

export const MAINTENANCE_PACE: MaintenancePace = {
  retentionMillis: 60_000,
  busyMillis: 200,
  idleMillis: 5_000,
}

/**
 * Retention and merging, one bounded round after the other, until `signal` aborts. A round that fails is tried again
 * later and stops nothing else. Throws only LogStoreError `superseded`.
 */
export async function maintain(
  writer: Pick<LogWriter, 'enforceRetention' | 'maintain'>,
  log: App['log'],
  now: () => Nanos,
  pace: MaintenancePace,
  signal: AbortSignal,
): Promise<void> {
  let nextRetention = 0
  while (!signal.aborted) {
    let wait = pace.idleMillis
    try {
      if (performance.now() >= nextRetention) {
        nextRetention = performance.now() + pace.retentionMillis
        const { segments, events } = await writer.enforceRetention(now())
        if (segments > 0)
          log.info({ segments, events }, 'dropped what is past retention or over the disk limit')
      }
      if (await writer.maintain()) wait = pace.busyMillis
    } catch (error) {
      if (error instanceof LogStoreError && error.code === 'superseded') throw error
      if (error instanceof LogStoreError && error.code === 'closed') return
      log.warn({ err: error }, 'a round of maintenance failed; it is tried again')
    }
    await pause(wait, undefined, { signal }).catch(() => undefined)
  }
}
