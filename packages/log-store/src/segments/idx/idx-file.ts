import { crc32 } from 'node:zlib'
import { LogStoreError } from '../../port.ts'

/**
 * The `.idx` file beside a segment: what can be known of each of its row groups without reading it. All numbers are
 * little-endian and have four bytes.
 *
 *   magic "HWIX" · format · number of row groups · CRC-32 of these and the directory
 *   directory: for each row group rows, then of each of its parts: where it begins, its length, its CRC-32
 *   the parts: one kind of all row groups, then the next
 *
 * A part of length 0 is not there: nothing is known. Every part can be read by itself, and as it says nothing of its
 * place, a file that takes over row groups takes over their parts. Format 1 has the first two kinds of parts, format 2 all
 * but the sums: the CRC-32 of each kilobyte of the filter, by which a few of them can be read without the rest.
 */

/** Raised when files are written in a way that an older reader would misread. */
export const IDX_FORMAT = 3
const MAGIC = Buffer.from('HWIX')
const HEADER_BYTES = 16
const PART_BYTES = 12

/** Parts as they stand in the directory. */
const PARTS = ['counts', 'terms', 'pairs', 'times'] as const
export type PartName = (typeof PARTS)[number]
/** With what follows from them. */
const STORED = [...PARTS, 'sums'] as const
type StoredName = (typeof STORED)[number]
/** And in the file: the large ones last, so that the others of several row groups are read at once. */
const PLACED = ['counts', 'pairs', 'times', 'sums', 'terms'] as const satisfies readonly StoredName[]
const PARTS_OF_FORMAT: Readonly<Record<number, readonly StoredName[]>> = {
  1: ['counts', 'terms'],
  2: PARTS,
  3: STORED,
}

/** Bytes of a filter that have a sum. */
export const SUM_BLOCK = 1024

/** What the file holds of a row group: encodeCounts, the filter of rowGroupTerms, encodePairs, encodeTimeCounts. */
export type RowGroupParts = { readonly rows: number } & Readonly<Record<PartName, Uint8Array | undefined>>

export interface IdxPart {
  readonly offset: number
  readonly length: number
  readonly crc: number
}

export type IdxEntry = { readonly rows: number } & Readonly<Record<StoredName, IdxPart | undefined>>

/** Bytes of the header and directory of a file with so many row groups. */
export function headLength(groups: number, format = IDX_FORMAT): number {
  return HEADER_BYTES + groups * entryLength(format)
}

function entryLength(format: number): number {
  return 4 + (PARTS_OF_FORMAT[format] ?? []).length * PART_BYTES
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
  for (const [index, { rows }] of groups.entries()) head.setUint32(headLength(index), rows, true)
  for (const name of PLACED)
    for (const [index, group] of groups.entries())
      place(
        name === 'sums' ? group.terms && sumsOf(group.terms) : group[name],
        headLength(index) + 4 + STORED.indexOf(name) * PART_BYTES,
      )
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
  return headLength(header.getUint32(8, true), format)
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
  const format = head.getUint32(4, true)
  const names = PARTS_OF_FORMAT[format] ?? []
  const entryAt = (at: number): IdxEntry => {
    const part = (name: StoredName) => {
      const index = names.indexOf(name)
      return index === -1 ? undefined : partAt(at + 4 + index * PART_BYTES)
    }
    return { rows: head.getUint32(at, true), ...mapParts(part), sums: part('sums') }
  }
  return Array.from({ length: head.getUint32(8, true) }, (_, index) => entryAt(headLength(index, format)))
}

function mapParts<Part>(map: (name: PartName) => Part): Record<PartName, Part> {
  return { counts: map('counts'), terms: map('terms'), pairs: map('pairs'), times: map('times') }
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
  return readDirectory(bytes).map((entry) => {
    bytesOf(entry.sums)
    return { rows: entry.rows, ...mapParts((name) => bytesOf(entry[name])) }
  })
}

function sumsOf(filter: Uint8Array): Uint8Array {
  const sums = new DataView(new ArrayBuffer(Math.ceil(filter.length / SUM_BLOCK) * 4))
  for (let at = 0; at < filter.length; at += SUM_BLOCK)
    sums.setUint32((at / SUM_BLOCK) * 4, crc32(filter.subarray(at, at + SUM_BLOCK)), true)
  return new Uint8Array(sums.buffer)
}

function crcOfHead(head: Uint8Array): number {
  return crc32(head.subarray(HEADER_BYTES), crc32(head.subarray(0, HEADER_BYTES - 4)))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
