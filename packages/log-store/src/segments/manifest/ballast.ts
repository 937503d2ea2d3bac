import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { LogStoreError } from '../../port.ts'
import { type DurableFiles, isDiskFull, writeWhole } from '../files/durable-files.ts'

const MAX_BYTES = 8 * 1024 * 1024
const MIN_BYTES = 256 * 1024

/**
 * A file of noise that is thrown away when the disk is full, so that there is room for the commit that frees more:
 * retention and deletes have to write before they may remove.
 */
export class Ballast {
  readonly #files: DurableFiles
  readonly #dir: string
  readonly #bytes: number | undefined

  /** `bytes` is its size; without it, a little of the disk. */
  constructor(files: DurableFiles, dir: string, bytes?: number) {
    this.#files = files
    this.#dir = dir
    this.#bytes = bytes
  }

  /** Puts it there, large enough for a checkpoint of `checkpoint` bytes, if the disk has plenty of room. */
  async restore(checkpoint: number): Promise<void> {
    const { total, free } = await this.#files.space(this.#dir)
    const share = Math.min(MAX_BYTES, Math.max(MIN_BYTES, Math.floor(total / 64)))
    const bytes = this.#bytes ?? Math.max(share, 2 * checkpoint)
    const present = (await this.#files.size(this.#path)) ?? 0
    if (present >= bytes || free + present < bytes * 4) return
    await this.release()
    // Noise, because some file systems store zeros in no space.
    await writeWhole(this.#files, this.#path, randomBytes(bytes))
  }

  /** Throws it away; false where there was none. */
  async release(): Promise<boolean> {
    if ((await this.#files.size(this.#path)) === undefined) return false
    await this.#files.remove(this.#path)
    return true
  }

  get #path(): string {
    return join(this.#dir, 'ballast')
  }
}

/** Runs `task`; where the disk is full, throws the ballast away and runs it once more. */
export async function withBallast<T>(ballast: Ballast, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    const full = isDiskFull(error) || (error instanceof LogStoreError && error.code === 'disk_full')
    if (!full || !(await ballast.release())) throw error
    return await task()
  }
}
