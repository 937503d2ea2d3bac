import { crc32 } from 'node:zlib'
import { LogStoreError } from '../../port.ts'
import { segmentPath } from '../append/segment-file.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { FileLayout } from '../parquet/file-footer.ts'
import { decodeFooter, FOOTER_TAIL, footerLength } from '../parquet/read-footer.ts'

/** Bytes read at once while the checksum is worked out; a file up to this size is kept in memory. */
const RANGE = 1024 * 1024

/**
 * A segment file whose content was checked against the manifest, to be read in parts: however large it is, no more of
 * it is in memory than a part.
 */
export class OpenedSegment {
  readonly info: SegmentInfo
  readonly path: string
  readonly #files: DurableFiles
  readonly #whole: Uint8Array | undefined

  private constructor(files: DurableFiles, path: string, info: SegmentInfo, whole: Uint8Array | undefined) {
    this.#files = files
    this.path = path
    this.info = info
    this.#whole = whole
  }

  /** Reads all of it once. Throws LogStoreError `corrupt` where it is missing or not what was written. */
  static async open(files: DurableFiles, dir: string, info: SegmentInfo): Promise<OpenedSegment> {
    const path = segmentPath(dir, info.file)
    let crc = 0
    let length = 0
    let whole: Uint8Array | undefined
    for (;;) {
      const range = await files.read(path, length, RANGE)
      if (range === undefined) throw new LogStoreError('corrupt', `${path} is missing`)
      crc = crc32(range, crc)
      length += range.length
      if (range.length === length) whole = range
      if (range.length < RANGE) break
      whole = undefined
    }
    if (length !== info.bytes || crc !== info.crc) throw changed(path)
    return new OpenedSegment(files, path, info, whole)
  }

  /** The bytes from `start` to `end`. */
  async read(start: number, end: number): Promise<Uint8Array> {
    if (this.#whole !== undefined) return this.#whole.subarray(start, end)
    const bytes = await this.#files.read(this.path, start, end - start)
    if (bytes?.length !== end - start) throw changed(this.path)
    return bytes
  }

  /** The footer with what stands behind it: all that is needed to find the rest. */
  async tail(): Promise<Uint8Array> {
    const { bytes } = this.info
    const footer = this.#parse(footerLength, await this.read(bytes - FOOTER_TAIL, bytes))
    return this.read(bytes - FOOTER_TAIL - footer, bytes)
  }

  async layout(): Promise<FileLayout> {
    return this.#parse(decodeFooter, (await this.tail()).subarray(0, -FOOTER_TAIL))
  }

  /** The bytes are what was written, so bytes that say nothing were written by something else. */
  #parse<T>(parse: (bytes: Uint8Array) => T, bytes: Uint8Array): T {
    try {
      return parse(bytes)
    } catch (cause) {
      throw new LogStoreError('corrupt', `${this.path} has a footer that cannot be read`, { cause })
    }
  }
}

function changed(path: string): LogStoreError {
  return new LogStoreError('corrupt', `${path} does not hold what was written`)
}
