import { setTimeout as pause } from 'node:timers/promises'
import { type LeaseRepository, reasonOf } from '@heartwood/db'
import { Lock, LogStoreError } from '@heartwood/log-store'

/** Under this name one archiver at a time commits. */
export const ARCHIVE_LEASE = 'archive'

export interface ArchiveLeaseParts {
  readonly leases: Pick<LeaseRepository, 'take' | 'release'>
  /** Of this start of this process. */
  readonly owner: string
  /** Why it cannot be taken, one sentence; undefined when it was. */
  readonly trouble: (reason: string | undefined) => void
  /** Ends what waits. */
  readonly signal: AbortSignal
  readonly againMillis?: number
}

/** Longer than a commit takes; who dies holding it holds the others up for so long. */
const LEASE_MILLIS = 15_000
const AGAIN_MILLIS = 100

/**
 * Runs a task while this process has the lease of the archive, under its epoch: one task at a time, here and elsewhere. Where
 * another has taken it over meanwhile, as the manifest says, the task runs again under a new epoch. Waits for whoever has the
 * lease, and while the database is away.
 */
export function archiveLease(parts: ArchiveLeaseParts) {
  const turns = new Lock()
  return <T>(task: (epoch: bigint) => Promise<T>, signal?: AbortSignal): Promise<T> =>
    turns.run(async () => {
      const ends = signal === undefined ? parts.signal : signal
      for (;;) {
        const epoch = await take(parts, ends)
        try {
          return await task(epoch)
        } catch (error) {
          if (!(error instanceof LogStoreError) || error.code !== 'superseded') throw error
        } finally {
          // It expires anyway.
          await parts.leases.release(parts.owner, [ARCHIVE_LEASE]).catch(() => undefined)
        }
      }
    })
}

async function take(
  { leases, owner, trouble, againMillis = AGAIN_MILLIS }: ArchiveLeaseParts,
  signal: AbortSignal,
): Promise<bigint> {
  for (;;) {
    signal.throwIfAborted()
    try {
      const [lease] = await leases.take(owner, [ARCHIVE_LEASE], { millis: LEASE_MILLIS, limit: 1 })
      trouble(undefined)
      if (lease !== undefined) return lease.epoch
    } catch (error) {
      trouble(`the database does not answer: ${reasonOf(error)}`)
    }
    await pause(againMillis, undefined, { signal })
  }
}
