import type { Nanos } from '@heartwood/event'
import type { ObjectStore } from '@heartwood/object-store'
import type { ColdCommitter } from '../manifest/cold-committer.ts'
import { asArchiveError, type ColdManifest } from '../manifest/cold-manifest.ts'
import { daysToFold, foldDay } from '../manifest/folding.ts'
import { joinBatches } from './join-batches.ts'
import { removeExpired } from './remove-expired.ts'
import { sweepDropped } from './sweep-dropped.ts'
import { sweepManifest } from './sweep-manifest.ts'

export interface UpkeepParts {
  readonly objects: ObjectStore
  readonly manifest: ColdManifest
  readonly committer: ColdCommitter
  /** As of `ArchiveWriterParts`. */
  readonly fenced: <T>(task: (epoch: bigint) => Promise<T>, signal?: AbortSignal) => Promise<T>
  readonly newName: () => string
  readonly coldDays: number
}

/** What a round of upkeep did. */
export interface UpkeepRound {
  readonly folded: number
  readonly expired: { readonly segments: number; readonly events: number }
  readonly deleted: number
}

/**
 * Keeps an archive tidy and within its retention: safe beside others that do the same, though one at a time is enough. What
 * is interrupted is completed by a later round. Throws LogStoreError `unavailable`.
 */
export async function keepUp(parts: UpkeepParts, now: Nanos, signal?: AbortSignal): Promise<UpkeepRound> {
  try {
    const expired = await removeExpired(parts, now, signal)
    const days = daysToFold(await parts.manifest.refresh(signal))
    for (const day of days)
      await parts.fenced((epoch) => foldDay(parts, day, { epoch, ...(signal && { signal }) }), signal)
    await joinBatches(parts, signal)
    const dropped = await sweepDropped(parts, now, signal)
    const { deleted } = await sweepManifest(parts.objects, now)
    return { folded: days.length, expired, deleted: deleted + dropped }
  } catch (error) {
    throw asArchiveError(error)
  }
}
