import type { Tier } from '../../port.ts'
import type { FileBytes } from '../fetch/file-bytes.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { QuestionFiles, SegmentFiles, SegmentRange } from './segment-files.ts'

export interface Places {
  readonly local: SegmentFiles
  readonly remote: SegmentFiles
  readonly isRemote: (segment: SegmentInfo) => boolean
}

/** The files of a store of which some are on this machine and some elsewhere. */
export class PlacedSegmentFiles implements SegmentFiles {
  readonly #places: Places

  constructor(places: Places) {
    this.#places = places
  }

  get directories(): readonly string[] {
    const { local, remote } = this.#places
    return [...local.directories, ...remote.directories]
  }

  check(segment: SegmentInfo): void {
    this.#of(segment).check(segment)
  }

  path(segment: SegmentInfo): string {
    return this.#of(segment).path(segment)
  }

  tierOf(segment: SegmentInfo): Tier {
    return this.#of(segment).tierOf(segment)
  }

  named(segment: SegmentInfo): string {
    return this.#of(segment).named(segment)
  }

  open(segment: SegmentInfo): FileBytes {
    return this.#of(segment).open(segment)
  }

  distrust(segment: SegmentInfo): void {
    this.#of(segment).distrust(segment)
  }

  forQuestion(signal: AbortSignal | undefined): QuestionFiles {
    const { local, remote, isRemote } = this.#places
    const here = local.forQuestion(signal)
    const there = remote.forQuestion(signal)
    const remoteOnes = (ranges: () => readonly SegmentRange[]) => () =>
      ranges().filter(({ segment }) => isRemote(segment))
    return {
      get fetched() {
        return there.fetched
      },
      reading: (read) => there.reading(read),
      bring: (ranges) => there.bring(remoteOnes(ranges)),
      hold: (ranges, options) => there.hold(remoteOnes(ranges), options),
      openIndexSlices: (segment) => (isRemote(segment) ? there : here).openIndexSlices(segment),
      openIndex: (segment) => (isRemote(segment) ? there : here).openIndex(segment),
    }
  }

  #of(segment: SegmentInfo): SegmentFiles {
    const { local, remote, isRemote } = this.#places
    return isRemote(segment) ? remote : local
  }
}
