import { open, writeFile } from 'node:fs/promises'
import type { ObjectStore } from '@heartwood/object-store'
import { LogStoreError } from '../../port.ts'
import { idxPath, segmentPath } from '../../segments/append/segment-file.ts'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import { idxKey, segmentKey } from '../manifest/cold-keys.ts'
import { checkedCrc, storedFilesOf } from '../stored-files.ts'

/**
 * Brings the files of a segment into a folder. Throws LogStoreError `corrupt` where the Parquet file is not what was written;
 * an index is checked part by part by whoever reads it.
 */
export async function fetchSegment(
  objects: ObjectStore,
  dir: string,
  segment: SegmentInfo,
  signal: AbortSignal | undefined,
): Promise<void> {
  const key = segmentKey(segment.file)
  const options = { ...(signal !== undefined && { signal }) }
  const [parquet] = storedFilesOf(segment)
  await using file = await open(segmentPath(dir, segment.file), 'w')
  const use = (bytes: Uint8Array) => file.writeFile(bytes)
  if ((await checkedCrc(objects, parquet, { use, ...options })) !== segment.crc)
    throw new LogStoreError('corrupt', `${key} of the archive does not hold what was written`)
  if (segment.idx !== undefined)
    await writeFile(idxPath(dir, segment.file), await objects.get(idxKey(segment.file), options))
}
