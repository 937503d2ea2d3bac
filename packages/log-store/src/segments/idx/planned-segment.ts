import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { ColumnPairs } from './letter-pairs.ts'

/** Rows of a segment, from the first (from 0) to the last (exclusive). */
export interface RowSpan {
  readonly from: number
  readonly to: number
}

/** A segment that can hold matches. */
export type PlannedSegment = SegmentInfo & {
  /** Only rows in these, rising and apart, can be some; without it every row can. */
  readonly spans?: readonly RowSpan[]
  /** What tells of some columns of free text that they lack a text; undefined where nothing does. */
  readonly pairs?: ColumnPairs
}

/** A row group, and whether it can hold a match. */
export interface CandidateGroup {
  readonly rows: number
  readonly passes: boolean
}

/** The segment with the spans of the row groups that can hold a match, or undefined if none can. */
export function plannedWithin(
  segment: SegmentInfo,
  groups: readonly CandidateGroup[],
): PlannedSegment | undefined {
  const spans: { from: number; to: number }[] = []
  let row = 0
  for (const { rows, passes } of groups) {
    const last = spans.at(-1)
    if (passes && last?.to === row) last.to += rows
    else if (passes) spans.push({ from: row, to: row + rows })
    row += rows
  }
  const [first] = spans
  if (first === undefined) return undefined
  return first.from === 0 && first.to === row ? segment : { ...segment, spans }
}

/** Whether some row from `from` to `to` (exclusive) can be a match. */
export function canMatchWithin({ spans }: PlannedSegment, from: number, to: number): boolean {
  return spans === undefined || spans.some((span) => span.from < to && span.to > from)
}

/** Of all row groups of a segment, those that can hold a match. */
export function candidateGroups<Group extends { readonly rows: number }>(
  segment: PlannedSegment,
  groups: readonly Group[],
): Group[] {
  let end = 0
  return groups.filter(({ rows }) => {
    end += rows
    return canMatchWithin(segment, end - rows, end)
  })
}

export function rowsOf(groups: readonly { readonly rows: number }[]): number {
  return groups.reduce((sum, { rows }) => sum + rows, 0)
}
