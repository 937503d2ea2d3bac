import type { TimeRange } from '../../port.ts'
import type { ReadMeans } from './read-means.ts'
import type { SegmentSource } from './segment-source.ts'

/**
 * Counts what a statement about a range looks at, and keeps it on this machine until that is disposed of. Take it after every
 * column of the source has been asked for, and before the statement runs.
 */
export async function holdSource(
  { files, reader, tally }: ReadMeans,
  source: SegmentSource,
  range: TimeRange,
): Promise<Disposable> {
  await files.reading(() => source.count(tally, reader, range))
  return files.hold(() => source.ranges(reader, range))
}
