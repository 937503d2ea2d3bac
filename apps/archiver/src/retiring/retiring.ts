import { setTimeout as pause } from 'node:timers/promises'
import type { LeaseRepository } from '@heartwood/db'
import type { Retired } from '@heartwood/log-store'

/** Under this name one archiver at a time hands days over. */
export const RETIRE_LEASE = 'archive retire'

export interface RetiringParts {
  readonly leases: Pick<LeaseRepository, 'take' | 'renew' | 'release'>
  /** Of this start of this process, and of nothing else that takes leases: all that it has is renewed together. */
  readonly owner: string
  /** One round. */
  readonly retire: () => Promise<Retired>
  readonly told: (outcome: Retired) => void
  readonly failed: (error: unknown) => void
  readonly everyMillis: number
  readonly leaseMillis: number
  readonly signal: AbortSignal
}

/**
 * Hands days over to the archive, round after round, in one archiver at a time. A round that fails is taken up by the next, here
 * or elsewhere. Resolves when the signal has ended it.
 */
export async function keepRetiring(parts: RetiringParts): Promise<void> {
  const { everyMillis, failed, signal } = parts
  while (!signal.aborted) {
    await underLease(parts).catch((error: unknown) => {
      if (!signal.aborted) failed(error)
    })
    await pause(everyMillis, undefined, { signal }).catch(() => undefined)
  }
}

async function underLease({
  leases,
  owner,
  retire,
  told,
  leaseMillis,
  signal,
}: RetiringParts): Promise<void> {
  const [lease] = await leases.take(owner, [RETIRE_LEASE], { millis: leaseMillis, limit: 1 })
  if (lease === undefined) return
  // A round takes as long as it takes to count some days.
  const renewing = setInterval(() => {
    leases.renew(owner, leaseMillis).catch(() => undefined)
  }, leaseMillis / 3)
  try {
    signal.throwIfAborted()
    told(await retire())
  } finally {
    clearInterval(renewing)
    // It expires anyway.
    await leases.release(owner, [RETIRE_LEASE]).catch(() => undefined)
  }
}
