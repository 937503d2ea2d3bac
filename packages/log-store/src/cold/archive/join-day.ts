import { dayOf, segmentFileName } from '../../segments/append/segment-day.ts'
import { joinedSummary } from '../../segments/append/segment-summary.ts'
import { writeRows } from '../../segments/append/write-rows.ts'
import type { DurableFiles } from '../../segments/files/durable-files.ts'
import type { FieldCatalog } from '../../segments/manifest/field-catalog.ts'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import { copySegments } from '../../segments/merge/copy-segments.ts'
import { MERGE_LIMITS, rowGroupsOf } from '../../segments/merge/merge-plan.ts'
import { readSegments } from '../../segments/merge/read-segments.ts'

export interface JoinParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly catalog: FieldCatalog
  readonly newName: () => string
}

/**
 * Makes as few files as can be of segments: those of a day together. Small ones are sorted and encoded anew, so that no
 * row group of a few rows stays; the others are copied behind each other.
 */
export async function joinSegments(
  parts: JoinParts,
  segments: readonly SegmentInfo[],
): Promise<SegmentInfo[]> {
  const joined: SegmentInfo[] = []
  for (const ofDay of Map.groupBy(segments, dayOf).values()) joined.push(...(await joinDay(parts, ofDay)))
  return joined
}

async function joinDay(parts: JoinParts, segments: readonly SegmentInfo[]): Promise<SegmentInfo[]> {
  const small = segments.filter(({ rows }) => rows < MERGE_LIMITS.copyRows)
  const large = segments.filter(({ rows }) => rows >= MERGE_LIMITS.copyRows)
  for (const run of runsOf(small, ({ rows }) => rows, MERGE_LIMITS.maxRows))
    large.push(...(await encodeAnew(parts, run)))
  const joined: SegmentInfo[] = []
  for (const run of runsOf(large, rowGroupsOf, MERGE_LIMITS.maxGroups)) joined.push(await copied(parts, run))
  return joined
}

/** Cuts a list into runs whose sizes together are within a limit; one alone may be over it. */
function runsOf(
  segments: readonly SegmentInfo[],
  sizeOf: (segment: SegmentInfo) => number,
  limit: number,
): SegmentInfo[][] {
  const runs: SegmentInfo[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const segment of segments) {
    size += sizeOf(segment)
    const last = runs.at(-1)
    if (last !== undefined && size <= limit) last.push(segment)
    else {
      runs.push([segment])
      size = sizeOf(segment)
    }
  }
  return runs
}

async function encodeAnew({ files, dir, catalog, newName }: JoinParts, run: readonly SegmentInfo[]) {
  if (run.length === 1) return run
  return writeRows(files, dir, await readSegments(files, dir, run, catalog), catalog, newName, [])
}

async function copied({ files, dir, newName }: JoinParts, run: readonly SegmentInfo[]): Promise<SegmentInfo> {
  const [only, ...others] = run
  if (only !== undefined && others.length === 0) return only
  return copySegments(files, dir, segmentFileName(dayOf(joinedSummary(run)), newName()), run)
}
