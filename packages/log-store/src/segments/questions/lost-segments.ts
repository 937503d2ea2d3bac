import type { MissingPart, TimeRange } from '../../port.ts'
import { LogStoreError } from '../../port.ts'
import type { SegmentFiles } from '../files/segment-files.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { overlaps } from './prune.ts'
import type { StoreView } from './store-view.ts'

/** Segments that are left out one by one; where more of them cannot be read, it is the archive that is damaged. */
const MOST_LOST = 20

/**
 * The segments of the archive that a question goes on without, since they cannot be read: one whose object is missing or damaged,
 * or all of them where the archive is away. Who is told of it gets all the rest.
 */
export class LostSegments {
  readonly #segmentFiles: SegmentFiles
  readonly #range: TimeRange
  readonly #isTold: boolean
  readonly #reasons = new Map<string, { readonly segment: SegmentInfo; readonly reason: string }>()

  /** @param isTold whether somebody is told of what is missing; otherwise nothing is left out */
  constructor(segmentFiles: SegmentFiles, range: TimeRange, isTold: boolean) {
    this.#segmentFiles = segmentFiles
    this.#range = range
    this.#isTold = isTold
  }

  has({ file }: SegmentInfo): boolean {
    return this.#reasons.has(file)
  }

  /**
   * Whether the question goes on without what an error tells of, for which nothing else is left to be tried.
   * @param troubled the segment that it names
   */
  goOnWithout(error: unknown, troubled: SegmentInfo | undefined, view: StoreView): boolean {
    if (!this.#isTold || !(error instanceof LogStoreError)) return false
    const asked = [...view.state.segments.values(), ...view.live].filter(
      (segment) => overlaps(segment, this.#range) && !this.has(segment),
    )
    const lost = asked.filter((segment) => this.#isLost(error, segment, troubled))
    // Of nothing but what is lost there is no answer.
    if (lost.length === 0 || lost.length === asked.length) return false
    for (const segment of lost) this.#reasons.set(segment.file, { segment, reason: error.message })
    return true
  }

  /** What the answer lacks, oldest first; segments that are missing for the same reason are one part. */
  missing(): MissingPart[] {
    const byReason = Map.groupBy(this.#reasons.values(), ({ reason }) => reason)
    return Array.from(byReason, ([reason, lost]): MissingPart => {
      const segments = lost.map(({ segment }) => segment)
      const events = segments.reduce((sum, { rows }) => sum + rows, 0)
      return { tier: 'cold', range: this.#within(segments), events, reason }
    }).sort((a, b) => (a.range.from < b.range.from ? -1 : 1))
  }

  #isLost({ code }: LogStoreError, segment: SegmentInfo, troubled: SegmentInfo | undefined): boolean {
    if (this.#segmentFiles.tierOf(segment) !== 'cold') return false
    if (code === 'unavailable') return true
    return code === 'corrupt' && segment.file === troubled?.file && this.#reasons.size < MOST_LOST
  }

  #within(segments: readonly SegmentInfo[]): TimeRange {
    const { from, to } = this.#range
    const first = segments.reduce((time, { min_time }) => (min_time < time ? min_time : time), to)
    const behind = segments.reduce((time, { max_time }) => (max_time >= time ? max_time + 1n : time), from)
    return { from: first > from ? first : from, to: behind < to ? behind : to }
  }
}
