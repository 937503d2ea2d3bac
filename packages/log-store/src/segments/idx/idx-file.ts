import { crc32 } from 'node:zlib'
import { LogStoreError } from '../../port.ts'

/**
 * The `.idx` file beside a segment: what can be known of each of its row groups without reading it. All numbers are
 * little-endian and have four bytes.
 *
 *   magic "HWIX" · format · number of row groups · CRC-32 of these and the directory
 *   directory: for each row group rows, then of its counts and of its terms: where the part begins, its length, its CRC-32
 *   the counts of all row groups, then the terms of all
 *
 * A part of length 0 is not there: nothing is known. Every part can be read by itself, and as it says nothing of its
 * place, a file that takes over row groups takes over their parts.
 */

/** Raised when files are written in a way that an older reader would misread. */
export const IDX_FORMAT = 1
const MAGIC = Buffer.from('HWIX')
const HEADER_BYTES = 16
const ENTRY_BYTES = 28

/** What the file holds of a row group: encodeCounts, and the filter of rowGroupTerms. */
export interface RowGroupParts {
  readonly rows: number
  readonly counts: Uint8Array | undefined
  readonly terms: Uint8Array | undefined
}

export interface IdxPart {
  readonly offset: number
  readonly length: number
  readonly crc: number
}

export interface IdxEntry {
  readonly rows: number
  readonly counts: IdxPart | undefined
  readonly terms: IdxPart | undefined
}

/** Bytes of the header and directory of a file with so many row groups. */
export function headLength(groups: number): number {
  return HEADER_BYTES + groups * ENTRY_BYTES
}

export function encodeIdx(groups: readonly RowGroupParts[]): Uint8Array {
  const head = new DataView(new ArrayBuffer(headLength(groups.length)))
  const parts: Uint8Array[] = [new Uint8Array(head.buffer)]
  let offset = head.byteLength
  const place = (part: Uint8Array | undefined, at: number) => {
    const bytes = part ?? new Uint8Array(0)
    head.setUint32(at, offset, true)
    head.setUint32(at + 4, bytes.length, true)
    head.setUint32(at + 8, crc32(bytes), true)
    parts.push(bytes)
    offset += bytes.length
  }
  for (const [index, { rows, counts }] of groups.entries()) {
    head.setUint32(headLength(index), rows, true)
    place(counts, headLength(index) + 4)
  }
  for (const [index, { terms }] of groups.entries()) place(terms, headLength(index) + 16)
  const view = new Uint8Array(head.buffer)
  view.set(MAGIC)
  head.setUint32(4, IDX_FORMAT, true)
  head.setUint32(8, groups.length, true)
  head.setUint32(12, crcOfHead(view), true)
  return Buffer.concat(parts, offset)
}

/**
 * How long the head of a file is, by its first bytes. Throws LogStoreError `corrupt` where it is no such file, and
 * `newer_format`.
 */
export function readHeadLength(bytes: Uint8Array): number {
  const isIdx = bytes.length >= HEADER_BYTES && MAGIC.equals(bytes.subarray(0, MAGIC.length))
  if (!isIdx) throw new LogStoreError('corrupt', 'no index begins like this')
  const header = viewOf(bytes)
  const format = header.getUint32(4, true)
  if (format > IDX_FORMAT) throw new LogStoreError('newer_format', `an index of format ${format}`)
  return headLength(header.getUint32(8, true))
}

/** The directory out of the whole head. Throws LogStoreError as `readHeadLength`. */
export function readDirectory(bytes: Uint8Array): IdxEntry[] {
  const length = readHeadLength(bytes)
  const head = viewOf(bytes)
  const isWhole = bytes.length >= length && crcOfHead(bytes.subarray(0, length)) === head.getUint32(12, true)
  if (!isWhole) throw new LogStoreError('corrupt', 'an index whose directory is not what was written')
  const partAt = (at: number): IdxPart | undefined => {
    const part = {
      offset: head.getUint32(at, true),
      length: head.getUint32(at + 4, true),
      crc: head.getUint32(at + 8, true),
    }
    return part.length === 0 ? undefined : part
  }
  return Array.from({ length: head.getUint32(8, true) }, (_, index) => {
    const at = headLength(index)
    return { rows: head.getUint32(at, true), counts: partAt(at + 4), terms: partAt(at + 16) }
  })
}

/** The bytes of a part, checked. Throws LogStoreError `corrupt`. */
export function checkedPart(bytes: Uint8Array, part: IdxPart): Uint8Array {
  if (bytes.length === part.length && crc32(bytes) === part.crc) return bytes
  throw new LogStoreError('corrupt', 'an index with a part that is not what was written')
}

/** Everything in a file. Throws LogStoreError `corrupt` or `newer_format`. */
export function decodeIdx(bytes: Uint8Array): RowGroupParts[] {
  const bytesOf = (part: IdxPart | undefined) =>
    part && checkedPart(bytes.subarray(part.offset, part.offset + part.length), part)
  return readDirectory(bytes).map(({ rows, counts, terms }) => ({
    rows,
    counts: bytesOf(counts),
    terms: bytesOf(terms),
  }))
}

function crcOfHead(head: Uint8Array): number {
  return crc32(head.subarray(HEADER_BYTES), crc32(head.subarray(0, HEADER_BYTES - 4)))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
