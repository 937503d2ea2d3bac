import { crc32 } from 'node:zlib'
import type { AppendFile, DurableFiles } from './durable-files.ts'

/** So that the sync at the end, which others wait for, has little left to do. */
const SYNC_BYTES = 8 * 1024 * 1024

/** A file written from start to end with its checksum, without holding it in memory. */
export class ChecksummedFile implements AsyncDisposable {
  readonly #file: AppendFile
  #length = 0
  #synced = 0
  #crc = 0

  private constructor(file: AppendFile) {
    this.#file = file
  }

  static async create(files: DurableFiles, path: string): Promise<ChecksummedFile> {
    return new ChecksummedFile(await files.create(path))
  }

  /** Bytes so far: where the next ones go. */
  get length(): number {
    return this.#length
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes)
    this.#length += bytes.length
    this.#crc = crc32(bytes, this.#crc)
    if (this.#length - this.#synced < SYNC_BYTES) return
    await this.#file.sync()
    this.#synced = this.#length
  }

  /** Makes the content durable; the name is after `syncDirectory`. */
  async finish(): Promise<{ bytes: number; crc: number }> {
    await this.#file.sync()
    return { bytes: this.#length, crc: this.#crc }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
