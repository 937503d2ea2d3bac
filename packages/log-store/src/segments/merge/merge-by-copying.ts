import { NANOS_PER_SECOND } from '@heartwood/event'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { type DayOfSegments, type Merge, type MergeLimits, rowGroupsOf } from './merge-plan.ts'

/** Further apart in time, segments stay apart: so a file is about a stretch of time. */
const MAX_GAP = 3600n * NANOS_PER_SECOND
/**
 * How full a file is by the limit it comes closest to, 1 at most. Small files become ones of a quarter, those become
 * full ones, and full ones are never copied again: so a row is copied twice.
 */
const QUARTER = 1 / 4
const FULL = 7 / 8

/** The large segments of a day whose row groups are worth being copied together now: neighbours in time. */
export function copiesOf({ segments, settled }: DayOfSegments, limits: MergeLimits): Merge[] {
  return stretches(segments, limits, settled).flatMap((stretch) => copiesIn(stretch, limits, settled))
}

/** Cuts segments, in the order of time, where they are far apart and, as long as more may come, at full ones. */
function stretches(segments: readonly SegmentInfo[], limits: MergeLimits, settled: boolean): SegmentInfo[][] {
  const cut: SegmentInfo[][] = []
  let stretch: SegmentInfo[] = []
  for (const segment of segments) {
    const last = stretch.at(-1)
    const full = fillOf([segment], limits) >= FULL
    const far = last !== undefined && segment.min_time - last.max_time > MAX_GAP
    if (far || (full && !settled)) {
      cut.push(stretch)
      stretch = []
    }
    if (!full) stretch.push(segment)
  }
  return [...cut, stretch]
}

function copiesIn(stretch: readonly SegmentInfo[], limits: MergeLimits, settled: boolean): Merge[] {
  const merges: Merge[] = []
  for (let from = 0; from < stretch.length; ) {
    const inputs = worthwhileRun(stretch, from, limits, settled)
    if (inputs !== undefined) merges.push({ kind: 'copy', inputs })
    from += inputs?.length ?? 1
  }
  return merges
}

/** The longest run from a place on that fits in a file and is worth copying. */
function worthwhileRun(
  stretch: readonly SegmentInfo[],
  from: number,
  limits: MergeLimits,
  settled: boolean,
): readonly SegmentInfo[] | undefined {
  let longest: readonly SegmentInfo[] | undefined
  for (let to = from + 2; to <= stretch.length; to++) {
    const inputs = stretch.slice(from, to)
    const fill = fillOf(inputs, limits)
    if (fill > 1) break
    if (isWorthwhile(inputs, fill, limits, settled)) longest = inputs
  }
  return longest
}

function isWorthwhile(
  inputs: readonly SegmentInfo[],
  fill: number,
  limits: MergeLimits,
  settled: boolean,
): boolean {
  const copiedBefore = inputs.some((segment) => fillOf([segment], limits) >= QUARTER)
  if (fill >= (copiedBefore ? FULL : QUARTER)) return true
  // Whatever trickles in later, a file that is copied for it grows to twice its size.
  const bytes = inputs.map((segment) => segment.bytes)
  return settled && bytes.reduce((sum, size) => sum + size, 0) >= 2 * Math.max(...bytes)
}

function fillOf(segments: readonly SegmentInfo[], limits: MergeLimits): number {
  const groups = segments.reduce((sum, segment) => sum + rowGroupsOf(segment), 0)
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  const fields = new Set(segments.flatMap((segment) => segment.fields)).size
  return Math.max(groups / limits.maxGroups, bytes / limits.maxBytes, (groups * fields) / limits.maxChunks)
}
