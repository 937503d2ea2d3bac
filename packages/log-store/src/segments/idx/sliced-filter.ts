import { crc32 } from 'node:zlib'
import { LogStoreError } from '../../port.ts'
import type { FileBytes } from '../fetch/file-bytes.ts'
import { type IdxPart, SUM_BLOCK } from './idx-file.ts'
import type { FilterBytes } from './quotient-filter.ts'

/** A filter of which only those kilobytes are read that are asked for, each checked by its sum. */
export class SlicedFilter implements FilterBytes {
  readonly #file: FileBytes
  readonly #part: IdxPart
  readonly #sums: Uint8Array

  /** @param sums the part of that name, checked */
  constructor(file: FileBytes, part: IdxPart, sums: Uint8Array) {
    this.#file = file
    this.#part = part
    this.#sums = sums
  }

  get length(): number {
    return this.#part.length
  }

  /** Throws RangeAbsent, and LogStoreError `corrupt` for what is not what was written. */
  subarray(from = 0, to = this.length): Uint8Array<ArrayBuffer> {
    const first = from - (from % SUM_BLOCK)
    const end = Math.min(Math.ceil(to / SUM_BLOCK) * SUM_BLOCK, this.length)
    const bytes = this.#file.read(this.#part.offset + first, end - first)
    const sums = new DataView(this.#sums.buffer, this.#sums.byteOffset, this.#sums.byteLength)
    for (let at = first; at < end; at += SUM_BLOCK) {
      const sum = crc32(bytes.subarray(at - first, at - first + SUM_BLOCK))
      if (sum !== sums.getUint32((at / SUM_BLOCK) * 4, true))
        throw new LogStoreError('corrupt', 'an index with a filter that is not what was written')
    }
    return new Uint8Array(bytes.subarray(from - first, to - first))
  }
}
