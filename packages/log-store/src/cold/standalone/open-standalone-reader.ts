import type { LogReader } from '../../port.ts'
import { isCold } from '../../segments/cold/cold-place.ts'
import { localFiles } from '../../segments/files/durable-files.ts'
import { LocalSegmentFiles } from '../../segments/files/local-segment-files.ts'
import { PlacedSegmentFiles } from '../../segments/files/placed-segment-files.ts'
import { openFollowingReader } from '../../segments/open-reader.ts'
import type { ReaderLimits } from '../../segments/open-reader-of.ts'
import { type ArchiveFilesOptions, openArchiveFiles } from '../cache/archive-files.ts'

export interface StandaloneReaderOptions extends ReaderLimits, ArchiveFilesOptions {
  /** The folder of the store; it may be still to come. */
  readonly dir: string
}

/** Opens the store of one machine for questions whose old segments are in an object store. Closing it leaves that open. */
export async function openStandaloneReader(options: StandaloneReaderOptions): Promise<LogReader> {
  const { dir } = options
  const remote = await openArchiveFiles(options)
  const local = new LocalSegmentFiles(dir)
  const segmentFiles = new PlacedSegmentFiles({ local, remote, isRemote: isCold })
  return openFollowingReader({ dir, files: localFiles, segmentFiles }, options)
}
