import { crc32 } from 'node:zlib'
import type { ObjectStore } from '@heartwood/object-store'
import { idxName } from '../segments/append/segment-file.ts'
import type { SegmentInfo } from '../segments/manifest/manifest-format.ts'
import { segmentKey } from './manifest/cold-keys.ts'

/** One of the two files of a segment as it lies in an object store, by what the manifest says of it. */
export interface StoredFile {
  readonly file: string
  readonly bytes: number
  readonly crc: number
}

/** Bytes that are read at once. */
const RANGE = 8 * 1024 * 1024

/** The Parquet file, then the index where there is one. */
export function storedFilesOf({ file, bytes, crc, idx }: SegmentInfo): [StoredFile, ...StoredFile[]] {
  const parquet = { file, bytes, crc }
  return idx === undefined ? [parquet] : [parquet, { file: idxName(file), ...idx }]
}

/** The keys of the objects of a segment. */
export function objectKeysOf(segment: SegmentInfo): string[] {
  return storedFilesOf(segment).map(({ file }) => segmentKey(file))
}

export interface StoredReading {
  /** Is given the bytes in their order. */
  readonly use?: (bytes: Uint8Array) => Promise<void> | void
  readonly signal?: AbortSignal
}

/**
 * CRC-32 of what is stored as a file, read to its end without holding it in memory. Throws ObjectStoreError: `missing`, and
 * `range` where the object is too short; what an object has behind the bytes of the manifest is not read.
 */
export async function storedCrc(
  objects: Pick<ObjectStore, 'get'>,
  { file, bytes }: StoredFile,
  { use, signal }: StoredReading = {},
): Promise<number> {
  let crc = 0
  for (let offset = 0; offset < bytes; offset += RANGE) {
    const range = await objects.get(segmentKey(file), {
      range: { offset, length: Math.min(RANGE, bytes - offset) },
      ...(signal !== undefined && { signal }),
    })
    crc = crc32(range, crc)
    await use?.(range)
  }
  return crc
}

/** The same of an object that is as long as it was; undefined where it is not, or not there. */
export async function checkedCrc(
  objects: Pick<ObjectStore, 'get' | 'size'>,
  stored: StoredFile,
  reading: StoredReading = {},
): Promise<number | undefined> {
  const size = await objects.size(segmentKey(stored.file), reading.signal)
  return size === stored.bytes ? storedCrc(objects, stored, reading) : undefined
}
