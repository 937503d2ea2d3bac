import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { decodeFrame, FRAME_BYTES, FRAME_MAGIC, frameEnd } from './record-frame.ts'

/** A stretch of a queue file: a whole record, or bytes that are none. `end` is its end offset. */
export type Stretch =
  | { readonly kind: 'record'; readonly end: number; readonly header: Buffer; readonly body: Buffer }
  | { readonly kind: 'damaged'; readonly end: number; readonly reason: string; readonly sample: Buffer }

const WINDOW_BYTES = 1 << 20
const SAMPLE_BYTES = 8192

/**
 * Walks the records of a file in [from, to). A record with a damaged body comes as `damaged` with its own end; where
 * no frame begins, everything up to the next real frame (or `to`) is one damaged stretch. The stretches cover
 * [from, to) without a hole, also where the file ends early.
 */
export async function* walkFrames(
  file: FileHandle,
  salt: Buffer,
  from: number,
  to: number,
): AsyncGenerator<Stretch> {
  const window = new ReadWindow(file, to)
  let offset = from
  while (offset < to) {
    const frame = decodeFrame(await window.bytes(offset, FRAME_BYTES), offset, salt)
    if (frame === undefined || frameEnd(frame) > to) {
      const end = await nextFrame(window, salt, offset + 1, to)
      const sample = Buffer.from(await window.bytes(offset, Math.min(SAMPLE_BYTES, end - offset)))
      const reason =
        sample.length === 0 ? 'the queue file ends early' : 'no record begins here: its frame is damaged'
      yield { kind: 'damaged', end, reason, sample }
      offset = end
      continue
    }
    const end = frameEnd(frame)
    const payload = await window.bytes(offset + FRAME_BYTES, end - offset - FRAME_BYTES)
    const body = payload.subarray(frame.headerBytes)
    if (payload.length < end - offset - FRAME_BYTES)
      yield damagedBody(end, 'the queue file ends within the record', body)
    else if (crc32(payload) !== frame.payloadCrc)
      yield damagedBody(end, 'the checksum of the record does not match', body)
    else yield { kind: 'record', end, header: payload.subarray(0, frame.headerBytes), body }
    offset = end
  }
}

function damagedBody(end: number, reason: string, body: Buffer): Stretch {
  return { kind: 'damaged', end, reason, sample: Buffer.from(body.subarray(0, SAMPLE_BYTES)) }
}

/** Offset of the first real frame at or behind `from`, or `to`. */
async function nextFrame(window: ReadWindow, salt: Buffer, from: number, to: number): Promise<number> {
  let offset = from
  while (offset < to) {
    const bytes = await window.rest(offset)
    if (bytes.length < FRAME_BYTES) return to
    const at = bytes.indexOf(FRAME_MAGIC)
    if (at < 0) {
      offset += bytes.length - (FRAME_MAGIC.length - 1)
      continue
    }
    offset += at
    const frame = decodeFrame(await window.bytes(offset, FRAME_BYTES), offset, salt)
    if (frame !== undefined && frameEnd(frame) <= to) return offset
    offset++
  }
  return to
}

/** Reads a file in large pieces. Every piece is a buffer of its own, so records may refer to it. */
class ReadWindow {
  readonly #file: FileHandle
  readonly #to: number
  #piece = Buffer.alloc(0)
  #start = 0

  constructor(file: FileHandle, to: number) {
    this.#file = file
    this.#to = to
  }

  /** `count` bytes at `offset`; fewer where file or range end. */
  async bytes(offset: number, count: number): Promise<Buffer> {
    const wanted = Math.min(count, this.#to - offset)
    if (offset < this.#start || offset + wanted > this.#start + this.#piece.length)
      await this.#load(offset, wanted)
    return this.#piece.subarray(offset - this.#start, offset - this.#start + wanted)
  }

  /** What is loaded from `offset` on, at least a frame where there is one. */
  async rest(offset: number): Promise<Buffer> {
    await this.bytes(offset, FRAME_BYTES)
    return this.#piece.subarray(offset - this.#start)
  }

  async #load(offset: number, wanted: number): Promise<void> {
    const size = Math.min(Math.max(wanted, WINDOW_BYTES), this.#to - offset)
    const piece = Buffer.allocUnsafeSlow(size)
    let filled = 0
    while (filled < size) {
      const { bytesRead } = await this.#file.read(piece, filled, size - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    this.#piece = piece.subarray(0, filled)
    this.#start = offset
  }
}
