import { crc32 } from 'node:zlib'
import { fileOf } from './position.ts'

/**
 * How a queue file begins (little endian, blocks of 4096 bytes):
 *
 *   block 0   file header       0 magic(8) 8 version u32 12 file number u32 16 previous end u64 24 salt(16) 60 crc32
 *   block 1   durable mark      0 position u64 8 crc32 of salt and position; rewritten in place after each sync
 *   block 2   the file header again, in case block 0 is damaged
 *   12288     records
 *
 * `previousEnd` is where the records of all earlier files end: what lies behind it there was never acknowledged.
 * It is also how a reader tells "consumed and deleted" from "lost".
 */
export interface FileHeader {
  readonly number: number
  /** Position, 0 if there was no record before. */
  readonly previousEnd: bigint
  /** Random, known to nobody outside: makes a record inside a body unrecognisable as one. */
  readonly salt: Buffer
}

export const BLOCK = 4096
export const MARK_AT = BLOCK
export const RECORDS_AT = 3 * BLOCK
export const MARK_BYTES = 12

const MAGIC = Buffer.from('HWQUEUE\n')
const VERSION = 1
const HEADER_BYTES = 64
const CRC_AT = HEADER_BYTES - 4

/** Everything before the first record; the mark is empty. */
export function encodeFileStart(header: FileHeader): Buffer {
  const start = Buffer.alloc(RECORDS_AT)
  MAGIC.copy(start, 0)
  start.writeUInt32LE(VERSION, 8)
  start.writeUInt32LE(header.number, 12)
  start.writeBigUInt64LE(header.previousEnd, 16)
  header.salt.copy(start, 24, 0, 16)
  start.writeUInt32LE(crc32(start.subarray(0, CRC_AT)), CRC_AT)
  start.copy(start, 2 * BLOCK, 0, HEADER_BYTES)
  return start
}

/** The header from the first RECORDS_AT bytes: `damaged` if both copies are, `newer` for a later format. */
export function decodeFileStart(start: Buffer): FileHeader | 'damaged' | 'newer' {
  for (const at of [0, 2 * BLOCK]) {
    const bytes = start.subarray(at, at + HEADER_BYTES)
    if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) continue
    if (crc32(bytes.subarray(0, CRC_AT)) !== bytes.readUInt32LE(CRC_AT)) continue
    if (bytes.readUInt32LE(8) !== VERSION) return 'newer'
    return {
      number: bytes.readUInt32LE(12),
      previousEnd: bytes.readBigUInt64LE(16),
      salt: Buffer.from(bytes.subarray(24, 40)),
    }
  }
  return 'damaged'
}

/** The mark that says: everything before `position` is durable. */
export function encodeMark(position: bigint, salt: Buffer): Buffer {
  const mark = Buffer.alloc(MARK_BYTES)
  mark.writeBigUInt64LE(position, 0)
  mark.writeUInt32LE(crc32(mark.subarray(0, 8), crc32(salt)), 8)
  return mark
}

/** The position of a mark, or undefined if none was written yet or it is caught half written. */
export function decodeMark(mark: Buffer, header: FileHeader): bigint | undefined {
  if (mark.length < MARK_BYTES) return undefined
  if (crc32(mark.subarray(0, 8), crc32(header.salt)) !== mark.readUInt32LE(8)) return undefined
  const position = mark.readBigUInt64LE(0)
  return fileOf(position) === header.number ? position : undefined
}
