import { open } from 'node:fs/promises'
import { LogStoreError } from '../../port.ts'
import type { FileBytes } from '../../segments/fetch/file-bytes.ts'
import { isDiskFull } from '../../segments/files/durable-files.ts'
import { readAt } from '../../segments/files/read-at.ts'
import {
  type IndexBytes,
  type QuestionFiles,
  RangeAbsent,
  type SegmentRange,
} from '../../segments/files/segment-files.ts'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import { GAP_BYTES } from './joined-runs.ts'
import { fileOf, PartlyFetched, sizeOf } from './partly-fetched.ts'
import type { SegmentCache, StoredRuns } from './segment-cache.ts'

export interface QuestionLimits {
  readonly signal: AbortSignal | undefined
  /** Milliseconds that fetching may take, from now on. */
  readonly timeLimit: number
}

/** Files of an object store as one question uses them. */
export class RemoteQuestionFiles implements QuestionFiles {
  readonly #cache: SegmentCache
  readonly #limits: QuestionLimits
  readonly #signal: AbortSignal
  #fetched = 0
  /** What it holds at the moment. */
  #held = 0

  constructor(cache: SegmentCache, limits: QuestionLimits) {
    const { signal, timeLimit } = limits
    this.#cache = cache
    this.#limits = limits
    const late = AbortSignal.timeout(timeLimit)
    this.#signal = signal === undefined ? late : AbortSignal.any([signal, late])
  }

  get fetched(): number {
    return this.#fetched
  }

  async reading<T>(read: () => T): Promise<T> {
    using held = new DisposableStack()
    for (;;) {
      try {
        return read()
      } catch (error) {
        if (!(error instanceof RangeAbsent)) throw error
        held.use(await this.#holdRuns(byFile(error.ranges)))
      }
    }
  }

  async bring(ranges: () => readonly SegmentRange[]): Promise<void> {
    const wanted = byFile(await this.reading(ranges))
    // More than fits would not stay: then each part is fetched when it is read.
    if (!this.#cache.canHold(wanted)) return
    const held = await this.#holdRuns(wanted)
    held[Symbol.dispose]()
  }

  async hold(
    ranges: () => readonly SegmentRange[],
    { atOnce }: { readonly atOnce: boolean } = { atOnce: false },
  ): Promise<Disposable> {
    return this.#holdRuns(byFile(await this.reading(ranges)), atOnce)
  }

  openIndexSlices(segment: SegmentInfo): FileBytes {
    return new PartlyFetched(this.#cache, { segment, ofIndex: true })
  }

  async openIndex(segment: SegmentInfo): Promise<IndexBytes> {
    const of = { segment, ofIndex: true }
    const [file, size] = [fileOf(of), sizeOf(of)]
    return {
      read: async (offset, length) => {
        const end = Math.min(offset + length, size)
        using _held = await this.#holdRuns([{ file, size, gap: 0, runs: [{ offset, end }] }])
        const path = this.#cache.peek(file)?.path
        if (path === undefined) throw new Error(`${file} went while it was held`)
        await using handle = await open(path, 'r')
        return await readAt(handle, offset, end - offset)
      },
      async [Symbol.asyncDispose]() {},
    }
  }

  /** Small things never wait: they may be needed by somebody who has a place that others wait for. */
  async #holdRuns(wanted: readonly StoredRuns[], atOnce = true): Promise<Disposable> {
    try {
      const held = await this.#cache.hold(wanted, {
        signal: this.#signal,
        waits: this.#held === 0 && !atOnce,
        onFetch: (bytes) => {
          this.#fetched += bytes
        },
      })
      this.#held++
      return {
        [Symbol.dispose]: () => {
          this.#held--
          held[Symbol.dispose]()
        },
      }
    } catch (error) {
      throw this.#named(error)
    }
  }

  #named(error: unknown): unknown {
    const { signal, timeLimit } = this.#limits
    if (signal?.aborted) return new LogStoreError('aborted', 'the query was cancelled')
    if (error === this.#signal.reason)
      return new LogStoreError('timeout', `the query took longer than ${timeLimit / 1000} s`)
    if (isDiskFull(error))
      return new LogStoreError('disk_full', 'the disk has no room for what is fetched from the archive', {
        cause: error,
      })
    return error
  }
}

function byFile(ranges: readonly SegmentRange[]): StoredRuns[] {
  return [...Map.groupBy(ranges, fileOf)].map(([file, ofFile]) => ({
    file,
    size: ofFile[0] === undefined ? 0 : sizeOf(ofFile[0]),
    // Of an index so little is read that what lies between would be most of it.
    gap: ofFile[0]?.ofIndex ? 0 : GAP_BYTES,
    runs: ofFile.map(({ offset, length }) => ({ offset, end: offset + length })),
  }))
}
