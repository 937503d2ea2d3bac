import { join } from 'node:path'
import { RemoteSegmentFiles } from '../../src/cold/cache/remote-segment-files.ts'
import type { LogReader } from '../../src/port.ts'
import { LIVE_SUFFIX } from '../../src/segments/append/segment-file.ts'
import { localFiles } from '../../src/segments/files/durable-files.ts'
import { LocalSegmentFiles } from '../../src/segments/files/local-segment-files.ts'
import { PlacedSegmentFiles } from '../../src/segments/files/placed-segment-files.ts'
import { openReaderOf, type ReaderLimits } from '../../src/segments/open-reader-of.ts'
import { StoreFollower } from '../../src/segments/questions/store-follower.ts'
import { SealedObjects } from './sealed-objects.ts'

let caches = 0

export interface RemoteReader {
  readonly reader: LogReader
  readonly objects: SealedObjects
  /** What its cache takes of the disk. */
  readonly cachedBytes: () => number
}

/** A reader that has the sealed files of a store from an object store, and only what is shown from the folder. */
export async function openRemoteReader(
  dir: string,
  limits: ReaderLimits & { readonly cacheBytes?: number } = {},
): Promise<RemoteReader> {
  const objects = new SealedObjects(dir)
  const remote = await RemoteSegmentFiles.open({
    objects,
    keyOf: (file) => file,
    place: 'objects',
    dir: join(dir, `cold-cache-${++caches}`),
    maxBytes: limits.cacheBytes ?? 1e9,
    timeLimit: limits.timeLimit ?? 60_000,
  })
  const segmentFiles = new PlacedSegmentFiles({
    local: new LocalSegmentFiles(dir),
    remote,
    isRemote: ({ file }) => !file.endsWith(LIVE_SUFFIX),
  })
  const source = new StoreFollower(localFiles, dir)
  const reader = await openReaderOf({ dir, source, segmentFiles }, limits)
  return { reader, objects, cachedBytes: () => remote.cachedBytes }
}
