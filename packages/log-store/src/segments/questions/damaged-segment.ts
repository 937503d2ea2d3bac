import type { RowReader } from '../fetch/row-reader.ts'
import { RangeAbsent } from '../files/segment-files.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'

/**
 * What is wrong with the first of some segments that is not what was written, as LogStoreError `corrupt`: DuckDB does not always
 * say which file it stumbled over. Reads every page that is on this machine; undefined where all of them are whole.
 */
export function damageIn(reader: RowReader, segments: readonly SegmentInfo[]): unknown {
  for (const segment of segments)
    try {
      for (const group of reader.groups(segment).keys()) checkGroup(reader, segment, group)
    } catch (error) {
      if (!(error instanceof RangeAbsent)) return error
    }
  return undefined
}

function checkGroup(reader: RowReader, segment: SegmentInfo, group: number): void {
  using open = reader.open(segment, group)
  for (const field of segment.fields)
    try {
      open.chunk(field)
    } catch (error) {
      // Nobody has read it.
      if (!(error instanceof RangeAbsent)) throw error
    }
}
