import type { Nanos } from '@heartwood/event'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { ShownRanges } from '../../shown-ranges.ts'
import { liveDirectory, segmentPath } from '../append/segment-file.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import { Lock } from '../lock.ts'
import type { FieldEntry, SegmentInfo } from '../manifest/manifest-format.ts'
import { RemovedFiles } from '../manifest/removed-files.ts'
import { LiveLog, liveLogDirectory } from './live-log.ts'
import type { LiveShow } from './live-record.ts'

/** How long a live file outlives its place: a reader that planned with it mostly is done by then, or plans again. */
const GRACE = 15_000n * NANOS_PER_MILLI

export interface LiveParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly epoch: number
  readonly now: () => Nanos
}

/** What is shown and not committed, as the writer keeps it: in memory and in the live log. */
export class LiveSegments {
  readonly #parts: LiveParts
  readonly #ranges = new ShownRanges<SegmentInfo | undefined>()
  /** Shows that failed and may be in the log all the same, until there is a new log or a commit takes their place. */
  readonly #doubtful = new ShownRanges<SegmentInfo | undefined>()
  readonly #log: LiveLog
  readonly #removed: RemovedFiles
  /** Shows are logged one after the other, and beside the commits. */
  readonly #turns = new Lock()

  constructor(parts: LiveParts) {
    const { files, dir, epoch, now } = parts
    this.#parts = parts
    this.#removed = new RemovedFiles(files, GRACE)
    this.#log = new LiveLog(files, dir, epoch, (path) => this.#removed.add([path], now()))
  }

  /** The ranges that are shown, by partition. */
  get ranges(): ShownRanges<SegmentInfo | undefined> {
    return this.#ranges
  }

  /**
   * Makes a show count once `mayShow` still allows it when its turn comes; gives whether it did. Its file goes where it
   * does not. `fields` are those that are reserved and in no manifest.
   */
  async show(show: LiveShow, mayShow: () => boolean, fields: () => readonly FieldEntry[]): Promise<boolean> {
    return this.#turns.run(async () => {
      const { partition, from, to, segment } = show
      try {
        if (!mayShow()) {
          await this.#discard(segment)
          return false
        }
      } catch (error) {
        this.#remove([segment])
        throw error
      }
      try {
        await this.#log.add(show, fields(), this.#shows())
      } catch (error) {
        // The log may have the record all the same, so readers may look for the file.
        this.#doubtful.add(partition, { from, to, shown: segment })
        this.#remove([segment])
        throw error
      }
      // After a failure the log is a new one, without what is doubtful.
      this.#doubtful.clear()
      this.#remove(this.#ranges.add(partition, { from, to, shown: segment }).map(({ shown }) => shown))
      await this.sweep()
      return true
    })
  }

  /** To be called after each commit: it takes the place of what is shown of (…, to]. */
  commit(partition: number, to: bigint): void {
    this.#doubtful.commit(partition, to)
    this.#remove(this.#ranges.commit(partition, to).map(({ shown }) => shown))
  }

  /** What readers may see of what is not committed: all that is shown, and what is doubtful. */
  *visible(): Generator<{ readonly partition: number; readonly segment: SegmentInfo }> {
    for (const ranges of [this.#ranges, this.#doubtful])
      for (const { partition, shown: segment } of ranges.all())
        if (segment !== undefined) yield { partition, segment }
  }

  /** Removes files that have had their time; gives how many. */
  sweep(): Promise<number> {
    return this.#removed.sweep(this.#parts.now())
  }

  /** Paths of all files that must stay for now. */
  *paths(): Generator<string> {
    for (const { shown } of this.#ranges.all()) {
      if (shown !== undefined) yield segmentPath(this.#parts.dir, shown.file)
    }
    yield* this.#removed.paths()
  }

  stats(): { events: number; bytes: number } {
    let events = 0
    let bytes = 0
    for (const { shown } of this.#ranges.all()) {
      events += shown?.rows ?? 0
      bytes += shown?.bytes ?? 0
    }
    return { events, bytes }
  }

  /** Resolves when every show that was let in so far is in place. */
  idle(): Promise<void> {
    return this.#turns.idle()
  }

  async close(): Promise<void> {
    await this.#turns.idle()
    await this.#log.close()
  }

  *#shows(): Generator<LiveShow> {
    for (const { partition, from, to, shown } of this.#ranges.all()) {
      yield { partition, from, to, ...(shown && { segment: shown }) }
    }
  }

  #remove(segments: readonly (SegmentInfo | undefined)[]): void {
    const paths = segments.flatMap((segment) =>
      segment === undefined ? [] : [segmentPath(this.#parts.dir, segment.file)],
    )
    this.#removed.add(paths, this.#parts.now())
  }

  async #discard(segment: SegmentInfo | undefined): Promise<void> {
    if (segment !== undefined) await this.#parts.files.remove(segmentPath(this.#parts.dir, segment.file))
  }
}

/** Removes what writers before this one showed. Readers ignore it once the new writer's checkpoint is there. */
export async function removeLiveFiles(files: DurableFiles, dir: string): Promise<void> {
  for (const directory of [liveLogDirectory(dir), liveDirectory(dir)]) {
    for (const name of await files.list(directory)) await files.remove(`${directory}/${name}`)
  }
}
