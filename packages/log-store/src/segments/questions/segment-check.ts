import { LogStoreError } from '../../port.ts'
import { SEGMENT_FORMAT } from '../append/segment-file.ts'
import type { SegmentFiles } from '../files/segment-files.ts'
import { cellsOf } from '../manifest/level-counts.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'

/**
 * Makes sure that a segment a question touches is there and is what the manifest says, also where counts alone would
 * answer: a hole must never look like silence. Throws LogStoreError `corrupt` or `newer_format`, naming the file.
 */
export function checkSegment(files: SegmentFiles, segment: SegmentInfo): void {
  const path = files.named(segment)
  if (segment.format > SEGMENT_FORMAT) {
    throw new LogStoreError('newer_format', `${path} was written by a newer Heartwood: start that version`)
  }
  const { counts, rows } = segment
  if (counts === undefined) throw new LogStoreError('corrupt', `the manifest has no counts for ${path}`)
  const sum = cellsOf(counts).reduce((total, { count }) => total + count, 0)
  if (sum !== rows) {
    throw new LogStoreError('corrupt', `the manifest counts ${sum} events in ${path}, which has ${rows}`)
  }
  files.check(segment)
}
