import type { SegmentInfo } from '../../src/segments/manifest/manifest-format.ts'

/** What a manifest says of a segment whose file nobody reads. */
export function segmentInfo(
  known: Pick<SegmentInfo, 'file' | 'rows' | 'min_time' | 'max_time'> & Partial<SegmentInfo>,
): SegmentInfo {
  return {
    format: 1,
    bytes: 100,
    crc: 1,
    weight: known.rows,
    min_receipt: known.min_time,
    max_receipt: known.max_time,
    fields: [],
    ...known,
  }
}
