import { crc32 } from 'node:zlib'

/**
 * Framing of the manifest log. A record is
 *
 *   magic    4 bytes  "HWM1"
 *   length   uint32 little-endian, bytes of the payload
 *   crc      uint32, CRC-32 of the payload
 *   header   uint32, CRC-32 of the 12 bytes before, so that a damaged length is not taken for a torn record
 *   payload  UTF-8 JSON, which has no zero bytes
 */
const MAGIC = 0x314d5748
const HEADER = 16
const SECTOR = 512

export function encodeRecord(payload: string): Uint8Array {
  const body = Buffer.from(payload, 'utf8')
  const record = Buffer.alloc(HEADER + body.length)
  record.writeUInt32LE(MAGIC, 0)
  record.writeUInt32LE(body.length, 4)
  record.writeUInt32LE(crc32(body), 8)
  record.writeUInt32LE(crc32(record.subarray(0, 12)), 12)
  body.copy(record, HEADER)
  return record
}

export interface DecodedRecords {
  readonly payloads: readonly string[]
  /** Bytes of whole records from the start: where the next one begins. */
  readonly end: number
  /** What follows `end`: nothing, a record whose writing was cut off, or one that was whole and is no longer. */
  readonly tail: 'clean' | 'torn' | 'damaged'
}

/**
 * Reads records from the start of `bytes`, which begin at `offset` of their file.
 *
 * A record is synced before the next is written, so only the last can be torn: cut short by the end of the file, or
 * with a whole sector of zeros where data never reached the disk. Everything else that does not check is damage.
 */
export function decodeRecords(bytes: Uint8Array, offset = 0): DecodedRecords {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const payloads: string[] = []
  let at = 0
  for (;;) {
    const end = recordEnd(buffer, at)
    if (end === undefined) break
    payloads.push(buffer.toString('utf8', at + HEADER, end))
    at = end
  }
  return { payloads, end: at, tail: at === buffer.length ? 'clean' : tailOf(buffer, at, offset) }
}

/** Where the record at `at` ends, or undefined where there is no whole and sound record. */
function recordEnd(buffer: Buffer, at: number): number | undefined {
  const length = payloadLength(buffer, at)
  if (length === undefined) return undefined
  const end = at + HEADER + length
  if (end > buffer.length) return undefined
  return crc32(buffer.subarray(at + HEADER, end)) === buffer.readUInt32LE(at + 8) ? end : undefined
}

function payloadLength(buffer: Buffer, at: number): number | undefined {
  if (at + HEADER > buffer.length || buffer.readUInt32LE(at) !== MAGIC) return undefined
  if (crc32(buffer.subarray(at, at + 12)) !== buffer.readUInt32LE(at + 12)) return undefined
  return buffer.readUInt32LE(at + 4)
}

function tailOf(buffer: Buffer, at: number, offset: number): 'torn' | 'damaged' {
  if (hasRecordAfter(buffer, at + 1)) return 'damaged'
  if (buffer.length - at < HEADER) return 'torn'
  const length = payloadLength(buffer, at)
  if (length !== undefined && at + HEADER + length > buffer.length) return 'torn'
  return hasZeroSector(buffer, at, offset) ? 'torn' : 'damaged'
}

function hasRecordAfter(buffer: Buffer, from: number): boolean {
  const magic = Buffer.alloc(4)
  magic.writeUInt32LE(MAGIC)
  for (let at = buffer.indexOf(magic, from); at !== -1; at = buffer.indexOf(magic, at + 1)) {
    if (recordEnd(buffer, at) !== undefined) return true
  }
  return false
}

function hasZeroSector(buffer: Buffer, from: number, offset: number): boolean {
  for (let start = from; start < buffer.length; ) {
    const end = Math.min(buffer.length, start + SECTOR - ((offset + start) % SECTOR))
    if (buffer.subarray(start, end).every((byte) => byte === 0)) return true
    start = end
  }
  return false
}
