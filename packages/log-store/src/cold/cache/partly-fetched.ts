import { idxName } from '../../segments/append/segment-file.ts'
import { type FileBytes, openFile } from '../../segments/fetch/file-bytes.ts'
import { RangeAbsent, type SegmentRange } from '../../segments/files/segment-files.ts'
import type { SegmentCache } from './segment-cache.ts'

/** A file of a segment of which what has been fetched can be read. */
export class PartlyFetched implements FileBytes {
  readonly #cache: SegmentCache
  readonly #of: Pick<SegmentRange, 'segment' | 'ofIndex'>
  #opened: { readonly path: string; readonly bytes: FileBytes } | undefined

  constructor(cache: SegmentCache, of: Pick<SegmentRange, 'segment' | 'ofIndex'>) {
    this.#cache = cache
    this.#of = of
  }

  get size(): number {
    return sizeOf(this.#of)
  }

  require(offset: number, length: number): void {
    this.#having(offset, length)
  }

  read(offset: number, length: number): Uint8Array {
    return this.#having(offset, length).read(offset, length)
  }

  peek(offset: number, length: number): Uint8Array {
    return this.#having(offset, length).peek(offset, length)
  }

  [Symbol.dispose](): void {
    this.#opened?.bytes[Symbol.dispose]()
  }

  /** The file on this machine, which has these bytes. */
  #having(offset: number, length: number): FileBytes {
    const kept = this.#cache.peek(fileOf(this.#of))
    const isHere = kept?.has({ offset, end: offset + length })
    if (kept === undefined || !isHere) throw new RangeAbsent([{ ...this.#of, offset, length }])
    if (this.#opened?.path !== kept.path) {
      this.#opened?.bytes[Symbol.dispose]()
      this.#opened = { path: kept.path, bytes: openFile(kept.path) }
    }
    return this.#opened.bytes
  }
}

/** The name of the stored file that a range is of. */
export function fileOf({ segment, ofIndex }: Pick<SegmentRange, 'segment' | 'ofIndex'>): string {
  return ofIndex ? idxName(segment.file) : segment.file
}

/** How many bytes that file has. */
export function sizeOf({ segment, ofIndex }: Pick<SegmentRange, 'segment' | 'ofIndex'>): number {
  return ofIndex ? (segment.idx?.bytes ?? 0) : segment.bytes
}
