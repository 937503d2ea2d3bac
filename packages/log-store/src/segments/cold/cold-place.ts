import type { FieldEntry, SegmentInfo } from '../manifest/manifest-format.ts'

/**
 * Where a store on one machine puts its old segments: an object store. All of it throws LogStoreError `unavailable` where that
 * does not answer.
 */
export interface ColdPlace {
  /** What people call it. */
  readonly name: string
  /** Days, by event time and receipt time, after which a segment goes there. */
  readonly hotDays: number
  /**
   * Makes sure that no other store has its segments there. Throws LogStoreError `unsupported` where one has.
   * @param store what tells a store from all others
   */
  claim(store: string): Promise<void>
  /**
   * Stores both files of a segment of the store's folder, reads them back, and notes there what the manifest says of it, until the
   * next mirror. Throws LogStoreError `corrupt` where they are not what the manifest says.
   * @param fields those of its columns
   */
  store(dir: string, segment: SegmentInfo, fields: readonly FieldEntry[]): Promise<void>
  /** Brings the files of a segment here whole. Throws LogStoreError `corrupt` where they are not what was stored. */
  fetch(segment: SegmentInfo, to: SegmentPaths): Promise<void>
  /** Removes the files of segments by their names; those that are not there are removed already. */
  remove(segments: readonly string[]): Promise<void>
  /** The names of all segments of which files are there, each once or twice. */
  stored(): AsyncIterable<string>
  /** Keeps there what it takes to read its segments where the store's folder is lost, in place of all that was kept before. */
  mirror(mirror: ColdMirror): Promise<void>
  /** The generation that the mirror is of; undefined where there is none yet. */
  mirroredGeneration(): Promise<number | undefined>
}

/** What the manifest said of the segments there. */
export interface ColdMirror {
  readonly generation: number
  readonly fields: readonly FieldEntry[]
  readonly segments: readonly SegmentInfo[]
}

export interface SegmentPaths {
  readonly parquet: string
  readonly idx: string
}

export function isCold({ place }: Pick<SegmentInfo, 'place'>): boolean {
  return place === 'cold'
}
