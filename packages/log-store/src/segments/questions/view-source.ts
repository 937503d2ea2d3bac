import type { StoredDay, StoreStats, TimeRange } from '../../port.ts'
import type { StoreView } from './store-view.ts'

/** What tells a reader which segments count. */
export interface ViewSource {
  /** What it knows without asking: as of the last refresh, or sooner. */
  readonly view: StoreView
  /**
   * Names of all files that count, and of some that did a moment ago; another object once some may have gone. Undefined where
   * it does not know them all.
   */
  readonly files: ReadonlySet<string> | undefined
  /**
   * Takes in every commit that resolved before the call, and gives a view that has at least all segments with rows in the range;
   * all there are where none is given. Throws LogStoreError `corrupt`, `newer_format` or `unavailable`.
   */
  refresh(range?: TimeRange): Promise<StoreView>
  stats(): Promise<StoreStats>
  /** As of the last refresh, or sooner; see LogReader. */
  storage(): Promise<StoredDay[]>
  /** Stops what keeps it up to date between questions. */
  close(): void
}
