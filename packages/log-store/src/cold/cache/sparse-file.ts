import { mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDiskFull } from '../../segments/files/durable-files.ts'
import { BLOCK_BYTES, BlockMap, type ByteRun } from './block-map.ts'
import { joinedRuns } from './joined-runs.ts'

export interface SparseFileParts {
  /** In a folder that is made for it. */
  readonly path: string
  readonly size: number
  /** Gives the bytes of a run of the object that the file has parts of. */
  readonly fetch: (run: ByteRun, signal: AbortSignal) => Promise<Uint8Array>
  /** Called with what the file is about to take of the disk, and with a negative number for what it does not take after all. */
  readonly onGrowth: (bytes: number) => void
  /** Makes room on the disk, once, where there is none. */
  readonly onDiskFull: () => Promise<void>
}

export interface BringOptions {
  /** So many bytes between two runs may come along. */
  readonly gap: number
  readonly signal: AbortSignal
  readonly onFetch: (bytes: number) => void
}

/** A fetch on its way. It is stopped when nobody waits for it any more. */
interface Fetching {
  readonly run: ByteRun
  readonly stop: AbortController
  readonly done: Promise<void>
  waiting: number
}

/** A file of this machine that has parts of an object, at their places; the rest of it is holes. */
export class SparseFile {
  readonly #parts: SparseFileParts
  readonly #here: BlockMap
  readonly #fetching = new Set<Fetching>()
  readonly #made: Promise<void>
  #bytes = 0
  /** What uses the file; it stays as long as anybody does. */
  users = 0

  constructor(parts: SparseFileParts) {
    this.#parts = parts
    this.#here = new BlockMap(parts.size)
    this.#made = this.#make()
    this.#made.catch(() => undefined)
  }

  get path(): string {
    return this.#parts.path
  }

  /** What it takes of the disk, with what is on its way. */
  get bytes(): number {
    return this.#bytes
  }

  has(run: ByteRun): boolean {
    return this.#here.has(run)
  }

  /** How many more bytes it takes to have some runs here. */
  absent(runs: readonly ByteRun[]): number {
    return this.#here.unmarkedIn(runs).reduce((sum, { offset, end }) => sum + end - offset, 0)
  }

  /**
   * Fetches what is neither here nor on its way of some runs, and waits for all of it. Throws what `fetch` throws, the error of
   * the operating system, and the reason of `signal`. `onFetch` is told how many bytes are fetched for this call.
   */
  async bring(runs: readonly ByteRun[], { gap, signal, onFetch }: BringOptions): Promise<void> {
    signal.throwIfAborted()
    const absent = this.#here.unmarkedIn(runs)
    const coming = new BlockMap(this.#parts.size)
    const fetching = () => [...this.#fetching].filter(({ stop }) => !stop.signal.aborted)
    for (const { run } of fetching()) coming.mark(run)
    for (const run of joinedRuns(coming.unmarkedIn(absent), gap)) {
      onFetch(run.end - run.offset)
      this.#start(run)
    }
    const needed = fetching().filter(({ run }) =>
      absent.some(({ offset, end }) => run.offset < end && run.end > offset),
    )
    await waitForAll(needed, signal)
  }

  /** Removes the file; who has it open can read on. */
  async remove(): Promise<void> {
    await this.#made.catch(() => undefined)
    await rm(dirname(this.path), { recursive: true, force: true })
  }

  async #make(): Promise<void> {
    await mkdir(dirname(this.path))
    await using file = await open(this.path, 'wx')
    await file.truncate(this.#parts.size)
  }

  #start(run: ByteRun): void {
    const stop = new AbortController()
    const fetching: Fetching = { run, stop, waiting: 0, done: this.#fetch(run, stop.signal) }
    this.#fetching.add(fetching)
    const ended = () => void this.#fetching.delete(fetching)
    fetching.done.then(ended, ended)
  }

  async #fetch(run: ByteRun, signal: AbortSignal): Promise<void> {
    const room = Math.ceil((run.end - run.offset) / BLOCK_BYTES) * BLOCK_BYTES
    let taken = 0
    this.#grow(room)
    try {
      const bytes = await this.#parts.fetch(run, signal)
      await this.#made
      await this.#write(bytes, run.offset).catch(async (error) => {
        if (!isDiskFull(error)) throw error
        await this.#parts.onDiskFull()
        await this.#write(bytes, run.offset)
      })
      const before = this.#here.marked
      this.#here.mark(run)
      taken = (this.#here.marked - before) * BLOCK_BYTES
    } finally {
      this.#grow(taken - room)
    }
  }

  async #write(bytes: Uint8Array, offset: number): Promise<void> {
    await using file = await open(this.path, 'r+')
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written)
      written += bytesWritten
    }
  }

  #grow(bytes: number): void {
    this.#bytes += bytes
    this.#parts.onGrowth(bytes)
  }
}

/** Waits for some fetches; where one fails or `signal` aborts, for none of them any more. */
async function waitForAll(fetches: readonly Fetching[], signal: AbortSignal): Promise<void> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const waits = fetches.map((fetching) => waitFor(fetching, either))
  try {
    await Promise.all(waits)
  } catch (error) {
    failed.abort(error)
    await Promise.allSettled(waits)
    throw error
  }
}

async function waitFor(fetching: Fetching, signal: AbortSignal): Promise<void> {
  fetching.waiting++
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([fetching.done, stopped])
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (--fetching.waiting === 0) fetching.stop.abort()
  }
}
