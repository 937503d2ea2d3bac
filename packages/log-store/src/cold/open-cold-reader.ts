import type { LogReader } from '../port.ts'
import { openReaderOf, type ReaderLimits } from '../segments/open-reader-of.ts'
import { type ArchiveFilesOptions, openArchiveFiles } from './cache/archive-files.ts'
import { ColdView } from './cold-view.ts'
import type { ColdManifest } from './manifest/cold-manifest.ts'

export interface ColdReaderOptions extends ReaderLimits, ArchiveFilesOptions {
  readonly manifest: ColdManifest
  /** Where large queries spill to. */
  readonly tempDirectory: string
}

/**
 * Opens an archive for questions. Of its segments only what a question needs is fetched, and kept for the next one. It has no
 * receipts and no dead letters. Closing it closes neither the objects nor the manifest.
 */
export async function openColdReader(options: ColdReaderOptions): Promise<LogReader> {
  const { manifest, cacheDirectory } = options
  const segmentFiles = await openArchiveFiles(options)
  return openReaderOf({ dir: cacheDirectory, source: new ColdView(manifest), segmentFiles }, options)
}
