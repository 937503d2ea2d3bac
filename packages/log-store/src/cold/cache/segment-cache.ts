import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AtOnce } from './at-once.ts'
import type { ByteRun } from './block-map.ts'
import { Reservations } from './reservations.ts'
import { SparseFile } from './sparse-file.ts'

/** Requests to the object store at the same time. */
const FETCHES_AT_ONCE = 32

export interface SegmentCacheOptions {
  /** Whatever is in it goes. */
  readonly dir: string
  /** Of the disk, for all that is kept; what one question needs at a time must fit. */
  readonly maxBytes: number
  /** Gives bytes of a stored file. */
  readonly fetch: (file: string, run: ByteRun, signal: AbortSignal) => Promise<Uint8Array>
}

/** Bytes of a file that is stored elsewhere. */
export interface StoredRuns {
  readonly file: string
  /** Of all of it. */
  readonly size: number
  /** So many bytes between two runs may come along. */
  readonly gap: number
  readonly runs: readonly ByteRun[]
}

export interface HoldOptions {
  readonly signal: AbortSignal
  /** Whether to wait until others let go where there is no room; not who holds something that they may wait for. */
  readonly waits: boolean
  readonly onFetch: (bytes: number) => void
}

/** Parts of stored files on this machine, those used last, up to so many bytes. */
export class SegmentCache {
  readonly #options: SegmentCacheOptions
  /** Least lately used first. */
  readonly #files = new Map<string, SparseFile>()
  readonly #reserved: Reservations
  readonly #fetches = new AtOnce(FETCHES_AT_ONCE)
  #bytes = 0
  #made = 0

  private constructor(options: SegmentCacheOptions) {
    this.#options = options
    this.#reserved = new Reservations(options.maxBytes)
  }

  static async open(options: SegmentCacheOptions): Promise<SegmentCache> {
    await rm(options.dir, { recursive: true, force: true })
    await mkdir(options.dir, { recursive: true })
    return new SegmentCache(options)
  }

  /** What all of it takes of the disk. */
  get bytes(): number {
    return this.#bytes
  }

  /** The file on this machine that has parts of a stored one, if there is one. */
  peek(file: string): SparseFile | undefined {
    return this.#files.get(file)
  }

  /** Whether some bytes are few enough to be here along with others. */
  canHold(wanted: readonly StoredRuns[]): boolean {
    return demandOf(wanted) <= this.#options.maxBytes / 2
  }

  /**
   * Has some bytes here until what it gives is disposed of. Throws what fetching throws, LogStoreError `unsupported` where they
   * are more than is kept at all, and `disk_full`.
   */
  async hold(wanted: readonly StoredRuns[], options: HoldOptions): Promise<Disposable> {
    const { signal, waits, onFetch } = options
    const reservation = await this.#reserved.take(demandOf(wanted), { signal, waits })
    const files = wanted.map(({ file, size, ...of }) => ({ file: this.#use(file, size), ...of }))
    const letGo = () => {
      for (const { file } of files) file.users--
      reservation[Symbol.dispose]()
    }
    try {
      const absent = files.reduce((sum, { file, runs }) => sum + file.absent(runs), 0)
      await this.#keepWithin(this.#options.maxBytes - absent)
      await Promise.all(files.map(({ file, runs, gap }) => file.bring(runs, { gap, signal, onFetch })))
    } catch (error) {
      letGo()
      throw error
    }
    return { [Symbol.dispose]: letGo }
  }

  /** Forgets what is here of a stored file; who uses it goes on with it. */
  forget(file: string): void {
    // Where it cannot be removed, it is in nobody's way and goes with the folder.
    this.#drop(file).catch(() => undefined)
  }

  /** The file, as one that is used. */
  #use(file: string, size: number): SparseFile {
    const kept = this.#files.get(file)
    this.#files.delete(file)
    const used = kept ?? this.#newFile(file, size)
    this.#files.set(file, used)
    used.users++
    return used
  }

  #newFile(file: string, size: number): SparseFile {
    const { dir, fetch } = this.#options
    return new SparseFile({
      // A place of its own each time: who still reads one that was dropped does not meet the next.
      path: join(dir, String(++this.#made), file),
      size,
      fetch: (run, signal) => this.#fetches.run(() => fetch(file, run, signal)),
      onGrowth: (bytes) => {
        this.#bytes += bytes
      },
      onDiskFull: () => this.#keepWithin(0),
    })
  }

  /** Lets files go that nobody uses, those least lately used first, until the others take no more than so many bytes. */
  async #keepWithin(bytes: number): Promise<void> {
    for (const [name, file] of this.#files) {
      if (this.#bytes <= bytes) return
      if (file.users === 0) await this.#drop(name)
    }
  }

  async #drop(name: string): Promise<void> {
    const file = this.#files.get(name)
    if (file === undefined) return
    this.#files.delete(name)
    await file.remove()
  }
}

function demandOf(wanted: readonly StoredRuns[]): number {
  let bytes = 0
  for (const { runs } of wanted) for (const { offset, end } of runs) bytes += end - offset
  return bytes
}
