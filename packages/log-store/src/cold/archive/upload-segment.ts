import type { ObjectStore } from '@heartwood/object-store'
import { idxPath, segmentPath } from '../../segments/append/segment-file.ts'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import { idxKey, segmentKey } from '../manifest/cold-keys.ts'

/** Stores the files of a segment under names that nobody else uses; what was stored before is stored again. */
export async function uploadSegment(
  objects: ObjectStore,
  dir: string,
  { file, idx }: SegmentInfo,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { ...(signal !== undefined && { signal }) }
  if (idx !== undefined) await objects.putFile(idxKey(file), idxPath(dir, file), options)
  await objects.putFile(segmentKey(file), segmentPath(dir, file), options)
}
