import { crc32 } from 'node:zlib'
import { idxPath, segmentPath } from '../append/segment-file.ts'
import { joinedSummary, type SegmentSummary } from '../append/segment-summary.ts'
import { type DurableFiles, writeWhole } from '../files/durable-files.ts'
import { copiedIndex } from '../idx/copied-index.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { type CopiedPart, copyRowGroups } from './copy-row-groups.ts'
import { OpenedSegment } from './opened-segment.ts'

/**
 * Merges segments into one file by copying their row groups, in the order of their newest rows; nothing is decoded and
 * nothing counted again. Throws LogStoreError `corrupt` where a file is not what was written.
 */
export async function copySegments(
  files: DurableFiles,
  dir: string,
  file: string,
  segments: readonly SegmentInfo[],
): Promise<SegmentInfo> {
  const parts: CopiedPart[] = []
  for (const segment of segments.toSorted(byNewestRow)) {
    parts.push({ segment: await OpenedSegment.open(files, dir, segment) })
  }
  return copiedSegment(files, dir, file, parts, joinedSummary(segments))
}

/** A segment of copied row groups, whose rows `summary` describes. */
export async function copiedSegment(
  files: DurableFiles,
  dir: string,
  file: string,
  parts: readonly CopiedPart[],
  summary: SegmentSummary,
): Promise<SegmentInfo> {
  const format = Math.max(...parts.map(({ segment }) => segment.info.format))
  const copied = await copyRowGroups(files, segmentPath(dir, file), parts)
  const index = await copiedIndex(files, dir, parts)
  await writeWhole(files, idxPath(dir, file), index)
  const idx = { bytes: index.length, crc: crc32(index) }
  return { file, format, ...copied, idx, ...summary }
}

/** Late rows make the oldest row of a segment a poor measure of where it belongs. */
export function byNewestRow(a: SegmentInfo, b: SegmentInfo): number {
  if (a.max_time !== b.max_time) return a.max_time < b.max_time ? -1 : 1
  return a.file < b.file ? -1 : 1
}
