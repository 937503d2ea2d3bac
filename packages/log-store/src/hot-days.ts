import type { TimeRange } from './port.ts'

/** What a hot store can do with whole UTC days, beside reading and writing. */
export interface HotDays {
  /**
   * Runs `look` while nothing can be written that happened in the range: what was under way has ended, and readers that
   * refresh see it; what comes waits, and is written when `look` has ended, or after `recover` where the process died in it. To undefined,
   * without a look, where that cannot be reached now.
   */
  withoutWrites<T>(range: TimeRange, look: () => Promise<T>): Promise<T | undefined>
  /**
   * Drops what lies in files of their own with nothing of the ranges that `keep` gives. It is asked again before each of them
   * goes, with the day of the file where it has one, when nothing can be written to that one and readers that refresh see all
   * of it. What is written later for such a day makes it anew. Safe to call at any time, by several processes at once.
   */
  drop(keep: (day: TimeRange | undefined) => Promise<readonly TimeRange[]>): Promise<{ events: number }>
  /** Resolves when no process that died in a look stops any writes. One that lives is waited for. */
  recover(): Promise<void>
  /** Whether `drop` would find anything. */
  hasOutside(ranges: readonly TimeRange[]): Promise<boolean>
}
