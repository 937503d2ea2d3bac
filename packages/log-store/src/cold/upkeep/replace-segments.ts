import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import type { ColdDayKey } from '../manifest/cold-format.ts'
import { removedOf } from '../manifest/cold-state.ts'
import type { UpkeepParts } from './upkeep.ts'

export interface Replacement {
  readonly reason: 'merge' | 'delete'
  /** Of this day, as the manifest has it. */
  readonly day: ColdDayKey
  readonly remove: readonly SegmentInfo[]
  /** Uploaded already. */
  readonly add: readonly SegmentInfo[]
}

/** Puts segments into the place of others; gives whether they took it: not where one of those has been rewritten or dropped meanwhile. */
export async function replaceSegments(
  { manifest, committer, fenced }: Pick<UpkeepParts, 'manifest' | 'committer' | 'fenced'>,
  { reason, day, remove, add }: Replacement,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const committed = await fenced(
    (epoch) =>
      committer.commit(
        async (state) => {
          const live = new Set((await manifest.segments(state, day)).map(({ file }) => file))
          if (!remove.every(({ file }) => live.has(file))) return undefined
          return { kind: 'replace', reason, remove: remove.map(removedOf), add: [...add] }
        },
        { epoch, ...(signal && { signal }) },
      ),
    signal,
  )
  return committed !== undefined
}
