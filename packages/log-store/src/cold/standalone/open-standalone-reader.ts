import type { ObjectStore } from '@heartwood/object-store'
import type { LogReader } from '../../port.ts'
import { isCold } from '../../segments/cold/cold-place.ts'
import { localFiles } from '../../segments/files/durable-files.ts'
import { LocalSegmentFiles } from '../../segments/files/local-segment-files.ts'
import { PlacedSegmentFiles } from '../../segments/files/placed-segment-files.ts'
import { openFollowingReader } from '../../segments/open-reader.ts'
import { QUERY_MILLIS, type ReaderLimits } from '../../segments/open-reader-of.ts'
import { RemoteSegmentFiles } from '../cache/remote-segment-files.ts'
import { segmentKey } from '../manifest/cold-keys.ts'

export interface StandaloneReaderOptions extends ReaderLimits {
  /** The folder of the store; it may be still to come. */
  readonly dir: string
  /** Where its old segments are. */
  readonly objects: Pick<ObjectStore, 'get'>
  /** What errors call that. */
  readonly place: string
  /** A folder of this process alone, for parts of old segments; whatever is in it goes. */
  readonly cacheDirectory: string
  readonly cacheBytes: number
}

/** Opens the store of one machine for questions whose old segments are in an object store. Closing it leaves that open. */
export async function openStandaloneReader(options: StandaloneReaderOptions): Promise<LogReader> {
  const { dir, objects, place, cacheDirectory, cacheBytes, timeLimit = QUERY_MILLIS } = options
  const remote = await RemoteSegmentFiles.open({
    objects,
    keyOf: segmentKey,
    place,
    dir: cacheDirectory,
    maxBytes: cacheBytes,
    timeLimit,
  })
  const local = new LocalSegmentFiles(dir)
  const segmentFiles = new PlacedSegmentFiles({ local, remote, isRemote: isCold })
  return openFollowingReader({ dir, files: localFiles, segmentFiles }, options)
}
