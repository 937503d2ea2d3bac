import type { Tier } from '../../port.ts'
import type { FileBytes } from '../fetch/file-bytes.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'

/**
 * Where a reader finds the files of segments: whole on this machine, or brought here from somewhere else as far as they are
 * read. What is read without waiting throws RangeAbsent for bytes that are not here, so a hole is never taken for content.
 */
export interface SegmentFiles {
  /** The folders in which `path` lies: all that DuckDB may read. */
  readonly directories: readonly string[]
  /** Throws LogStoreError `corrupt` where it is known without waiting that the Parquet file is not what the manifest says. */
  check(segment: SegmentInfo): void
  /** Where DuckDB finds the Parquet file. */
  path(segment: SegmentInfo): string
  /** Where it is kept. */
  tierOf(segment: SegmentInfo): Tier
  /** What errors call it. */
  named(segment: SegmentInfo): string
  /** Opens the Parquet file. Throws LogStoreError `corrupt` where it is missing. */
  open(segment: SegmentInfo): FileBytes
  /** What was brought here of it may not be what is stored: it is brought again. */
  distrust(segment: SegmentInfo): void
  /** For one question; it stops bringing files when `signal` aborts. */
  forQuestion(signal: AbortSignal | undefined): QuestionFiles
}

/** The files of a store as one question uses them. */
export interface QuestionFiles {
  /** Bytes that were brought here for it from somewhere else. */
  readonly fetched: number
  /** Gives what `read` does, called again and again until nothing is absent that it reads; it must be safe to repeat. */
  reading<T>(read: () => T): Promise<T>
  /** Brings what is not here of the ranges, so that what reads them next need not wait. They may be gone again by then. */
  bring(ranges: () => readonly SegmentRange[]): Promise<void>
  /**
   * The same, and they stay here until it is disposed of: for DuckDB, which must not meet a hole. It may have to wait until other
   * questions let go of theirs; not with `atOnce`, for who has a place in the engine that they may be waiting for.
   */
  hold(ranges: () => readonly SegmentRange[], options?: { readonly atOnce: boolean }): Promise<Disposable>
  /** Opens the `.idx` file of a segment. */
  openIndex(segment: SegmentInfo): Promise<IndexBytes>
  /** The same for `reading`, where it pays to read as little as can be; undefined where all of it is on this machine. */
  openIndexSlices(segment: SegmentInfo): FileBytes | undefined
}

/** An `.idx` file that is open for reading at any place. */
export interface IndexBytes extends AsyncDisposable {
  /** So many bytes, or what there is of them. */
  read(offset: number, length: number): Promise<Uint8Array>
}

/** Bytes of a file of a segment. */
export interface SegmentRange {
  readonly segment: SegmentInfo
  /** Of its `.idx` file; otherwise of the Parquet file. */
  readonly ofIndex?: boolean
  readonly offset: number
  readonly length: number
}

/** What is read is not on this machine yet. */
export class RangeAbsent extends Error {
  readonly ranges: readonly SegmentRange[]

  constructor(ranges: readonly SegmentRange[]) {
    super('bytes of a segment that are not on this machine yet')
    this.name = 'RangeAbsent'
    this.ranges = ranges
  }
}

/** Reads something of each item; what is absent for any of them is told as one, so that it is brought at once. */
export function readEach<Item, Result>(items: readonly Item[], read: (item: Item) => Result): Result[] {
  const results: Result[] = []
  const absent: SegmentRange[] = []
  for (const item of items) {
    try {
      results.push(read(item))
    } catch (error) {
      if (!(error instanceof RangeAbsent)) throw error
      absent.push(...error.ranges)
    }
  }
  if (absent.length > 0) throw new RangeAbsent(absent)
  return results
}
