import { LogStoreError } from '../../port.ts'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import type { ColdDayKey } from '../manifest/cold-format.ts'
import { removedOf } from '../manifest/cold-state.ts'
import { uploadsStanding } from '../manifest/uploads-standing.ts'
import type { UpkeepParts } from './upkeep.ts'

export interface Replacement {
  readonly reason: 'merge' | 'delete'
  /** Of this day, as the manifest has it. */
  readonly day: ColdDayKey
  readonly remove: readonly SegmentInfo[]
  /** Uploaded already. */
  readonly add: readonly SegmentInfo[]
}

type ReplacingParts = Pick<UpkeepParts, 'objects' | 'manifest' | 'committer' | 'fenced'>

/**
 * Puts segments into the place of others; gives whether they took it: not where one of those has been rewritten or dropped
 * meanwhile. Throws LogStoreError `unavailable` where what was uploaded is gone, since this process stood still for a day.
 */
export async function replaceSegments(
  { objects, manifest, committer, fenced }: ReplacingParts,
  { reason, day, remove, add }: Replacement,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const committed = await fenced(
    (epoch) =>
      committer.commit(
        async (state) => {
          const live = new Set((await manifest.segments(state, day)).map(({ file }) => file))
          if (!remove.every(({ file }) => live.has(file))) return undefined
          if ((await uploadsStanding(objects, state, add, signal)) !== 'there')
            throw new LogStoreError('unavailable', 'what was uploaded was taken for left over: try it again')
          return { kind: 'replace', reason, remove: remove.map(removedOf), add: [...add] }
        },
        { epoch, ...(signal && { signal }) },
      ),
    signal,
  )
  return committed !== undefined
}
