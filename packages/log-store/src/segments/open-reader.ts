import type { LogReader } from '../port.ts'
import { type DurableFiles, localFiles } from './files/durable-files.ts'
import { LocalSegmentFiles } from './files/local-segment-files.ts'
import type { SegmentFiles } from './files/segment-files.ts'
import { openReaderOf, type ReaderLimits } from './open-reader-of.ts'
import { StoreFollower } from './questions/store-follower.ts'

export interface SegmentsReaderOptions extends ReaderLimits {
  /** The folder of the store; it may be still to come. */
  readonly dir: string
  readonly files?: DurableFiles
}

export interface FollowedStore {
  readonly dir: string
  readonly files: DurableFiles
  readonly segmentFiles: SegmentFiles
}

/** A commit is seen this soon by what does not ask the manifest itself (`stats`). */
const FOLLOW_MILLIS = 500

/** Opens the store for questions. It needs no writer, and the writer needs no reader. */
export function openSegmentsReader(options: SegmentsReaderOptions): Promise<LogReader> {
  const { dir, files = localFiles } = options
  return openFollowingReader({ dir, files, segmentFiles: new LocalSegmentFiles(dir) }, options)
}

/** Opens a store of this machine for questions, wherever the files of its segments are. */
export async function openFollowingReader(
  { dir, files, segmentFiles }: FollowedStore,
  limits: ReaderLimits,
): Promise<LogReader> {
  const source = new StoreFollower(files, dir)
  const reader = await openReaderOf({ dir, files, source, segmentFiles }, limits)
  source.follow(FOLLOW_MILLIS)
  return reader
}
