import { setTimeout as pause } from 'node:timers/promises'
import type { LeaseRepository } from '@heartwood/db'
import { LogStoreError } from '@heartwood/log-store'
import { keepUp, type OrphanSweep, type SettledMerges, type UpkeepParts } from '@heartwood/log-store/cold'
import type { App } from '@heartwood/runtime'

export interface UpkeepOptions extends UpkeepParts {
  readonly merges: SettledMerges
  readonly orphans: OrphanSweep
  readonly leases: Pick<LeaseRepository, 'take'>
  readonly owner: string
  readonly log: App['log']
  /** Epoch nanoseconds. */
  readonly now: () => bigint
}

const LEASE = 'archive-upkeep'
/** Whoever takes the lease does a round; it is never given back, so there is one round in so much time in all. */
const LEASE_MILLIS = 55_000
const LOOK_MILLIS = 10_000

/** Keeps the archive tidy and within its retention, until `signal` aborts: one of all archivers at a time. */
export async function keepArchive(options: UpkeepOptions, signal: AbortSignal): Promise<void> {
  const { leases, owner, log, now, merges, orphans } = options
  while (!signal.aborted) {
    await pause(LOOK_MILLIS, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    try {
      const [lease] = await leases.take(owner, [LEASE], { millis: LEASE_MILLIS, limit: 1 })
      if (lease === undefined) continue
      const { expired } = await keepUp(options, now(), signal)
      if (expired.segments > 0) log.info(expired, 'dropped from the archive what is past its retention')
      const given = await orphans.round(signal)
      if (given > 0) log.info({ objects: given }, 'gave up what interrupted uploads have left in the archive')
      const { from, into, damaged } = await merges.round(now(), signal)
      if (from > 0) log.info({ segments: from, into }, 'merged small segments of the archive')
      for (const reason of damaged) log.warn(`segments of the archive cannot be merged: ${reason}`)
    } catch (error) {
      if (signal.aborted) return
      const isPassing = error instanceof LogStoreError && error.code === 'unavailable'
      log.warn(isPassing ? {} : { err: error }, 'a round of upkeep of the archive failed; it is tried again')
    }
  }
}
