import type { ObjectStore } from '@heartwood/object-store'
import { QUERY_MILLIS, type ReaderLimits } from '../../segments/open-reader-of.ts'
import { segmentKey } from '../manifest/cold-keys.ts'
import { RemoteSegmentFiles } from './remote-segment-files.ts'

/** Where a reader finds segments of an archive, and where it keeps what it has fetched of them. */
export interface ArchiveFilesOptions extends Pick<ReaderLimits, 'timeLimit'> {
  readonly objects: Pick<ObjectStore, 'get'>
  /** What errors call the archive: a bucket with its prefix, or a folder. */
  readonly place: string
  /** A folder of this process alone, for parts of the archive; whatever is in it goes. */
  readonly cacheDirectory: string
  readonly cacheBytes: number
}

/** The segments of an archive, under the keys that they have there. */
export function openArchiveFiles(options: ArchiveFilesOptions): Promise<RemoteSegmentFiles> {
  const { objects, place, cacheDirectory, cacheBytes, timeLimit = QUERY_MILLIS } = options
  return RemoteSegmentFiles.open({
    ...{ objects, place, timeLimit },
    keyOf: segmentKey,
    dir: cacheDirectory,
    maxBytes: cacheBytes,
  })
}
