import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import type { BatchesInfo, ColdChange } from './cold-format.ts'
import type { ColdState } from './cold-state.ts'

/** What was read of the queue and lies in the object store, to be counted from now on. */
export interface ArchivedRange {
  readonly partition: number
  readonly from: bigint | null
  readonly to: bigint
}

export interface ArchiveRequest {
  readonly ranges: readonly ArchivedRange[]
  readonly segments: readonly SegmentInfo[]
  readonly batches?: BatchesInfo | undefined
  /** `tombstonesMade` of the state whose tombstones the rows were held against. */
  readonly tombstonesMade: number
}

export type Refusal =
  /** Another member of the group has archived some of these partitions meanwhile. */
  | { readonly kind: 'moved'; readonly partitions: readonly number[] }
  /** There are deletes that the rows were not held against. */
  | { readonly kind: 'outdated' }
  /** What was uploaded is gone: this process stood still for so long that it was taken for left over. */
  | { readonly kind: 'gone' }

/** Why a request must not be committed behind a state, but for how its objects stand; undefined where it may. */
export function refusalOf(
  state: ColdState,
  request: ArchiveRequest,
): Exclude<Refusal, { kind: 'gone' }> | undefined {
  const partitions = request.ranges
    .filter(({ partition, from }) => (state.positions.get(partition) ?? null) !== from)
    .map(({ partition }) => partition)
  if (partitions.length > 0) return { kind: 'moved', partitions }
  return state.tombstonesMade === request.tombstonesMade ? undefined : { kind: 'outdated' }
}

export function archiveChange({ ranges, segments, batches }: ArchiveRequest): ColdChange {
  return {
    kind: 'archive',
    segments: [...segments],
    positions: ranges.map(({ partition, from, to }) => ({ partition, from, to })),
    ...(batches !== undefined && { batches }),
  }
}
