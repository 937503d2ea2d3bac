import { crc32 } from 'node:zlib'
import type { RecordHeader } from '@heartwood/event'

/**
 * A record in a queue file (little endian):
 *
 *   0 magic(4)  4 version u32  8 own offset in the file u32  12 header bytes u32  16 body bytes u32
 *   20 crc32 of header and body u32  24 crc32 of salt and bytes 0-24 u32  28 header as JSON, then the body
 *
 * The magic is no valid UTF-8, so it does not occur in text; own offset and salt tell a real frame from a copy of one
 * inside a body.
 */
export interface Frame {
  readonly offset: number
  readonly headerBytes: number
  readonly bodyBytes: number
  readonly payloadCrc: number
}

export const FRAME_BYTES = 28
export const FRAME_MAGIC = Buffer.from([0xf5, 0x48, 0x57, 0xfb])
const VERSION = 1
const CRC_AT = 24

/** A record ready to be written anywhere: JSON header, body, and the checksum of both. */
export interface Payload {
  readonly header: Buffer
  readonly body: Uint8Array
  readonly crc: number
  /** Bytes in the file, frame included. */
  readonly size: number
}

export function payloadOf(header: RecordHeader, body: Uint8Array): Payload {
  const json = Buffer.from(JSON.stringify(header))
  const size = FRAME_BYTES + json.byteLength + body.byteLength
  return { header: json, body, crc: crc32(body, crc32(json)), size }
}

/** What the checksums of frames begin with in a file of this salt. */
export function frameSeed(salt: Buffer): number {
  return crc32(salt)
}

/** The frame of a payload that will lie at `offset`. */
export function encodeFrame(payload: Payload, offset: number, seed: number): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_BYTES)
  FRAME_MAGIC.copy(frame, 0)
  frame.writeUInt32LE(VERSION, 4)
  frame.writeUInt32LE(offset, 8)
  frame.writeUInt32LE(payload.header.byteLength, 12)
  frame.writeUInt32LE(payload.body.byteLength, 16)
  frame.writeUInt32LE(payload.crc, 20)
  frame.writeUInt32LE(crc32(frame.subarray(0, CRC_AT), seed), CRC_AT)
  return frame
}

/** The frame that really begins at `offset`, or undefined if these bytes are none. */
export function decodeFrame(bytes: Buffer, offset: number, seed: number): Frame | undefined {
  if (bytes.length < FRAME_BYTES || !bytes.subarray(0, 4).equals(FRAME_MAGIC)) return undefined
  if (crc32(bytes.subarray(0, CRC_AT), seed) !== bytes.readUInt32LE(CRC_AT)) return undefined
  if (bytes.readUInt32LE(4) !== VERSION || bytes.readUInt32LE(8) !== offset) return undefined
  return {
    offset,
    headerBytes: bytes.readUInt32LE(12),
    bodyBytes: bytes.readUInt32LE(16),
    payloadCrc: bytes.readUInt32LE(20),
  }
}

export function frameEnd(frame: Frame): number {
  return frame.offset + FRAME_BYTES + frame.headerBytes + frame.bodyBytes
}
