import { constants, zstdCompressSync } from 'node:zlib'
import { freeBytes } from '@heartwood/event'
import { Scratch } from './scratch.ts'
import { XxHash64 } from './xxhash64.ts'

/** A call of zstd costs about 35 microseconds however small the page. */
const STORED_BELOW = 512

const LEVEL = 1
const hasher = new XxHash64()
/** Of this thread. */
const scratch = new Scratch()

/** A page, given in parts, as one zstd frame with a checksum of its content. */
export function zstdPage(parts: readonly Uint8Array[]): Uint8Array {
  const page = joined(parts)
  if (page.length < STORED_BELOW) return storedFrame(page)
  const frame = zstdCompressSync(page, {
    // The bound of zstd's output: so it comes in one piece.
    chunkSize: page.length + (page.length >>> 8) + 128,
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  })
  // A copy, since what zstd gave has a buffer as large as the page.
  const packed = new Uint8Array(frame)
  freeBytes(frame)
  return packed
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const page = scratch.atLeast(length).subarray(0, length)
  let at = 0
  for (const part of parts) {
    page.set(part, at)
    at += part.length
  }
  return page
}

/**
 * A frame whose only block is the content as it is (RFC 8878, sections 3.1.1 and 3.1.1.2): single segment, size in
 * two bytes, which count from 256 (or one below that), checksum.
 */
function storedFrame(content: Uint8Array): Uint8Array {
  const { length } = content
  const wide = length >= 256
  const start = wide ? 7 : 6
  const frame = new Uint8Array(start + 3 + length + 4)
  frame.set([0x28, 0xb5, 0x2f, 0xfd, wide ? 0b0110_0100 : 0b0010_0100])
  if (wide) frame.set([(length - 256) & 0xff, (length - 256) >>> 8], 5)
  else frame[5] = length
  // Last block, type raw, and its size above the three low bits.
  const block = (length << 3) | 1
  frame.set([block & 0xff, (block >>> 8) & 0xff, block >>> 16], start)
  frame.set(content, start + 3)
  hasher.hash(content, 0, length)
  for (let i = 0; i < 4; i++) frame[start + 3 + length + i] = hasher.low >>> (i * 8)
  return frame
}

/**
 * The content of a frame that `zstdPage` stored as it is, without a call of zstd; undefined for any other frame. Throws
 * where its checksum is not right.
 */
export function storedContent(frame: Uint8Array): Uint8Array | undefined {
  const wide = frame[4] === 0b0110_0100
  if (!wide && frame[4] !== 0b0010_0100) return undefined
  const start = wide ? 7 : 6
  const length = wide ? 256 + ((frame[5] ?? 0) | ((frame[6] ?? 0) << 8)) : (frame[5] ?? 0)
  const block = (frame[start] ?? 0) | ((frame[start + 1] ?? 0) << 8) | ((frame[start + 2] ?? 0) << 16)
  if (block !== ((length << 3) | 1) || frame.length !== start + 3 + length + 4) return undefined
  const content = new Uint8Array(frame.subarray(start + 3, start + 3 + length))
  hasher.hash(content, 0, length)
  for (let i = 0; i < 4; i++) {
    if (frame[start + 3 + length + i] !== ((hasher.low >>> (i * 8)) & 0xff))
      throw new Error('a page whose checksum is not right')
  }
  return content
}
