import { dayOf, segmentFileName } from '../append/segment-day.ts'
import { segmentPaths, segmentsDirectory } from '../append/segment-file.ts'
import { joinedSummary, type SegmentSummary, summaryOf } from '../append/segment-summary.ts'
import { queryOf, rowsMatching, withoutRows } from '../append/tombstones.ts'
import { writeRows } from '../append/write-rows.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import type { FieldCatalog } from '../manifest/field-catalog.ts'
import type { SegmentInfo, Tombstone } from '../manifest/manifest-format.ts'
import { copiedSegment } from './copy-segments.ts'
import { OpenedSegment } from './opened-segment.ts'
import { readRowGroup } from './read-segments.ts'
import type { Rewritten } from './rewrite.ts'

/** Where new segments go: each gets a name that nobody else uses, and `created` its path before it is written. */
export interface NewSegments {
  readonly nextName: () => string
  readonly created: string[]
}

/**
 * Removes what a delete covers from one segment, a row group after the other: the rest of those that have such rows is
 * written anew, the others are copied together.
 */
export async function removeRows(
  files: DurableFiles,
  dir: string,
  segment: SegmentInfo,
  tombstone: Tombstone,
  catalog: FieldCatalog,
  { nextName, created }: NewSegments,
): Promise<Rewritten> {
  const query = queryOf(tombstone)
  const opened = await OpenedSegment.open(files, dir, segment)
  const { groups } = await opened.layout()
  const replacements: SegmentInfo[] = []
  const untouched: { readonly group: number; readonly summary: SegmentSummary }[] = []
  let deleted = 0
  for (const group of groups.keys()) {
    const batch = await readRowGroup(opened, group, catalog)
    const matches = rowsMatching(batch, query, tombstone, tombstone.at)
    deleted += matches.length
    if (matches.length === 0) {
      untouched.push({ group, summary: summaryOf(batch) })
    } else {
      const rest = withoutRows(batch, matches)
      replacements.push(...(await writeRows(files, dir, rest, catalog, nextName, created)))
    }
  }
  if (deleted > 0 && untouched.length > 0) {
    const summary = joinedSummary(untouched.map((kept) => kept.summary))
    const part = { segment: opened, groups: untouched.map(({ group }) => group) }
    const file = segmentFileName(dayOf(summary), nextName())
    created.push(...segmentPaths(dir, file))
    replacements.push(await copiedSegment(files, dir, file, [part], summary))
    await files.syncDirectory(segmentsDirectory(dir))
  }
  return { replacements, deleted }
}
