import { join } from 'node:path'
import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { LogStoreError, type Tier } from '../../port.ts'
import { idxName } from '../../segments/append/segment-file.ts'
import type { FileBytes } from '../../segments/fetch/file-bytes.ts'
import type { QuestionFiles, SegmentFiles } from '../../segments/files/segment-files.ts'
import type { SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import type { ByteRun } from './block-map.ts'
import { PartlyFetched } from './partly-fetched.ts'
import { RemoteQuestionFiles } from './remote-question-files.ts'
import { SegmentCache } from './segment-cache.ts'

export interface RemoteSegmentsOptions {
  readonly objects: Pick<ObjectStore, 'get'>
  /** The key of a segment's Parquet or `.idx` file. */
  readonly keyOf: (file: string) => string
  /** What errors call the object store. */
  readonly place: string
  /** Where parts of the files are kept; whatever is in it goes. */
  readonly dir: string
  /** How many bytes of the disk these may take. */
  readonly maxBytes: number
  /** Milliseconds that fetching for a question may take. */
  readonly timeLimit: number
}

/** Segments that lie in an object store: of each only those parts are on this machine that questions read. */
export class RemoteSegmentFiles implements SegmentFiles {
  readonly #options: RemoteSegmentsOptions
  readonly #cache: SegmentCache
  readonly directories: readonly string[]

  private constructor(options: RemoteSegmentsOptions, cache: SegmentCache) {
    this.#options = options
    this.#cache = cache
    this.directories = [join(options.dir, '/')]
  }

  static async open(options: RemoteSegmentsOptions): Promise<RemoteSegmentFiles> {
    const { objects, keyOf, dir, maxBytes } = options
    const fetch = async (file: string, { offset, end }: ByteRun, signal: AbortSignal) => {
      try {
        return await objects.get(keyOf(file), { range: { offset, length: end - offset }, signal })
      } catch (error) {
        throw fetchError(error, `${options.place}/${keyOf(file)}`)
      }
    }
    return new RemoteSegmentFiles(options, await SegmentCache.open({ dir, maxBytes, fetch }))
  }

  /** Bytes of the disk that parts of files take. */
  get cachedBytes(): number {
    return this.#cache.bytes
  }

  /** That it is there shows when it is read: asking for each segment would take longer than most questions. */
  check(): void {}

  path({ file }: SegmentInfo): string {
    const kept = this.#cache.peek(file)
    if (kept === undefined) throw new Error(`${file} is read before any of it was fetched`)
    return kept.path
  }

  tierOf(): Tier {
    return 'cold'
  }

  named({ file }: SegmentInfo): string {
    return `${this.#options.place}/${this.#options.keyOf(file)}`
  }

  open(segment: SegmentInfo): FileBytes {
    return new PartlyFetched(this.#cache, { segment })
  }

  distrust({ file }: SegmentInfo): void {
    this.#cache.forget(file)
    this.#cache.forget(idxName(file))
  }

  forQuestion(signal: AbortSignal | undefined): QuestionFiles {
    return new RemoteQuestionFiles(this.#cache, { signal, timeLimit: this.#options.timeLimit })
  }
}

/** What went wrong with an object, by the name that people know it by. */
function fetchError(error: unknown, name: string): unknown {
  if (!(error instanceof ObjectStoreError)) return error
  switch (error.code) {
    case 'missing':
      return new LogStoreError('corrupt', `${name} is missing`, { cause: error })
    case 'range':
      return new LogStoreError('corrupt', `${name} ends too early`, { cause: error })
    case 'refused':
    case 'unavailable':
      return new LogStoreError('unavailable', `${name} cannot be fetched: ${error.message}`, { cause: error })
    case 'closed':
      return new LogStoreError('closed', 'the log store is closed', { cause: error })
    case 'exists':
      return error
  }
}
