import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { DayOfSegments, Merge, MergeLimits } from './merge-plan.ts'

/** From here on it is not worth waiting for more. */
const FULL = 3 / 4
/** And from here on where the next one does not fit. */
const CUT = 1 / 2
/** Files that one merge opens. */
const MAX_INPUTS = 128
/** Small segments of a settled day, of any size, that are worth a merge. */
const SETTLED_INPUTS = 4

/**
 * The small segments of a day that are worth being decoded now. Neighbours in time that together fill a segment are
 * merged at once, which makes them large: each of their rows is decoded once. Where there are many before that,
 * because they are very small, those of about the same size are merged into one of the next tier.
 */
export function decodedMergesOf({ segments, settled }: DayOfSegments, limits: MergeLimits): Merge[] {
  const merges: Merge[] = []
  const left: SegmentInfo[] = []
  for (const alike of Map.groupBy(segments, widthOf).values()) {
    const waiting: SegmentInfo[] = []
    for (const { inputs, full } of fittingRuns(alike, limits)) {
      if (full) merges.push({ kind: 'decode', inputs })
      else waiting.push(...inputs)
    }
    for (const tier of Map.groupBy(waiting, (segment) => tierOf(segment, limits)).values()) {
      if (tier.length >= limits.fanIn) merges.push(...longestOf(fittingRuns(tier, limits), limits.fanIn / 2))
      else left.push(...tier)
    }
  }
  if (!settled || merges.length > 0) return merges
  const smallestFirst = left.sort((a, b) => a.rows - b.rows)
  return longestOf(fittingRuns(smallestFirst, limits), Math.min(SETTLED_INPUTS, limits.fanIn))
}

/** A segment with many columns makes all rows wide, so it would keep narrow ones waiting. */
function widthOf({ fields }: SegmentInfo): number {
  return Math.floor(Math.log(fields.length + 1) / Math.log(8))
}

function tierOf({ rows }: SegmentInfo, { fanIn }: MergeLimits): number {
  return Math.floor(Math.log(rows) / Math.log(fanIn))
}

interface Run {
  readonly inputs: readonly SegmentInfo[]
  /** Nothing would be won by waiting for more. */
  readonly full: boolean
}

/** Cuts segments into runs that each stay within the limits. */
function fittingRuns(segments: readonly SegmentInfo[], limits: MergeLimits): Run[] {
  const runs: Run[] = []
  let inputs: SegmentInfo[] = []
  let fields = new Set<number>()
  for (const segment of segments) {
    const longer = [...inputs, segment]
    const union = new Set([...fields, ...segment.fields])
    if (fillOf(longer, union.size, limits) <= 1 && longer.length <= MAX_INPUTS) {
      inputs = longer
      fields = union
    } else {
      const enough = inputs.length === MAX_INPUTS || fillOf(inputs, fields.size, limits) >= CUT
      runs.push({ inputs, full: enough && inputs.length > 1 })
      inputs = [segment]
      fields = new Set(segment.fields)
    }
  }
  const full = fillOf(inputs, fields.size, limits) >= FULL
  return [...runs, { inputs, full: full && inputs.length > 1 }]
}

/** How full a segment of these would be, by the limit that it comes closest to. */
function fillOf(segments: readonly SegmentInfo[], fields: number, limits: MergeLimits): number {
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0)
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  return Math.max(rows / limits.maxRows, bytes / limits.maxBytes, (rows * fields) / limits.maxCells)
}

/** The merge of the longest run, if it has at least so many segments. */
function longestOf(runs: readonly Run[], atLeast: number): Merge[] {
  const [longest] = runs.toSorted((a, b) => b.inputs.length - a.inputs.length)
  if (longest === undefined || longest.inputs.length < Math.max(2, atLeast)) return []
  return [{ kind: 'decode', inputs: longest.inputs }]
}
