import type { ObjectStore } from '@heartwood/object-store'
import type { LogReader } from '../port.ts'
import { openReaderOf, QUERY_MILLIS, type ReaderLimits } from '../segments/open-reader-of.ts'
import { RemoteSegmentFiles } from './cache/remote-segment-files.ts'
import { ColdView } from './cold-view.ts'
import { segmentKey } from './manifest/cold-keys.ts'
import type { ColdManifest } from './manifest/cold-manifest.ts'

export interface ColdReaderOptions extends ReaderLimits {
  readonly objects: Pick<ObjectStore, 'get'>
  readonly manifest: ColdManifest
  /** What errors call the archive: a bucket with its prefix, or a folder. */
  readonly place: string
  /** A folder of this process alone, for parts of the archive; whatever is in it goes. */
  readonly cacheDirectory: string
  readonly cacheBytes: number
  /** Where large queries spill to. */
  readonly tempDirectory: string
}

/**
 * Opens an archive for questions. Of its segments only what a question needs is fetched, and kept for the next one. It has no
 * receipts and no dead letters. Closing it closes neither the objects nor the manifest.
 */
export async function openColdReader(options: ColdReaderOptions): Promise<LogReader> {
  const { objects, manifest, place, cacheDirectory, cacheBytes, timeLimit = QUERY_MILLIS } = options
  const segmentFiles = await RemoteSegmentFiles.open({
    objects,
    keyOf: segmentKey,
    place,
    dir: cacheDirectory,
    maxBytes: cacheBytes,
    timeLimit,
  })
  return openReaderOf({ dir: cacheDirectory, source: new ColdView(manifest), segmentFiles }, options)
}
