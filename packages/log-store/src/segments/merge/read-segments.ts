import type { EventBatch } from '@heartwood/event'
import { SegmentDecoder } from '../append/parquet-decoder.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import type { FieldCatalog } from '../manifest/field-catalog.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { OpenedSegment } from './opened-segment.ts'

/** The rows of several segments as one batch. Throws LogStoreError `corrupt` where a file is not what was written. */
export async function readSegments(
  files: DurableFiles,
  dir: string,
  segments: readonly SegmentInfo[],
  catalog: FieldCatalog,
): Promise<EventBatch> {
  const decoder = new SegmentDecoder(catalog)
  for (const segment of segments) await decoder.addFrom(await OpenedSegment.open(files, dir, segment))
  return decoder.finish()
}

/** The rows of one row group. */
export async function readRowGroup(
  segment: OpenedSegment,
  group: number,
  catalog: FieldCatalog,
): Promise<EventBatch> {
  const decoder = new SegmentDecoder(catalog)
  await decoder.addFrom(segment, group)
  return decoder.finish()
}
