import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { decodeFrame, FRAME_BYTES, FRAME_MAGIC, type Frame, frameEnd } from './record-frame.ts'

/** A stretch of a queue file: a whole record, or bytes that are none. `end` is its end offset. */
export type Stretch =
  | { readonly kind: 'record'; readonly end: number; readonly header: Buffer; readonly body: Buffer }
  | { readonly kind: 'damaged'; readonly end: number; readonly reason: string; readonly sample: Buffer }

const WINDOW_BYTES = 4 << 20
const SAMPLE_BYTES = 8192

/**
 * Walks the records of a file in [from, to), as many at a time as one read of the file brought. A record with a damaged
 * body comes as `damaged` with its own end; where no frame begins, everything up to the next real frame (or `to`) is one
 * damaged stretch. The stretches cover [from, to) without a hole, also where the file ends early.
 */
export async function* walkFrames(
  file: FileHandle,
  salt: Buffer,
  from: number,
  to: number,
): AsyncGenerator<readonly Stretch[]> {
  const window = new ReadWindow(file, to)
  let stretches: Stretch[] = []
  let offset = from
  while (offset < to) {
    if (!window.holds(offset, FRAME_BYTES)) {
      if (stretches.length > 0) yield stretches
      stretches = []
      await window.load(offset, FRAME_BYTES)
    }
    const frame = decodeFrame(window.bytes(offset, FRAME_BYTES), offset, salt)
    if (frame === undefined || frameEnd(frame) > to) {
      const end = await nextFrame(window, salt, offset + 1, to)
      await window.load(offset, Math.min(SAMPLE_BYTES, end - offset))
      const sample = Buffer.from(window.bytes(offset, Math.min(SAMPLE_BYTES, end - offset)))
      const reason =
        sample.length === 0 ? 'the queue file ends early' : 'no record begins here: its frame is damaged'
      stretches.push({ kind: 'damaged', end, reason, sample })
      offset = end
      continue
    }
    const payloadBytes = frame.headerBytes + frame.bodyBytes
    if (!window.holds(offset + FRAME_BYTES, payloadBytes)) {
      if (stretches.length > 0) yield stretches
      stretches = []
      await window.load(offset + FRAME_BYTES, payloadBytes)
    }
    stretches.push(recordOf(frame, window.bytes(offset + FRAME_BYTES, payloadBytes)))
    offset = frameEnd(frame)
  }
  if (stretches.length > 0) yield stretches
}

/** @param payload header and body, as far as the file has them */
function recordOf(frame: Frame, payload: Buffer): Stretch {
  const end = frameEnd(frame)
  const header = payload.subarray(0, frame.headerBytes)
  const body = payload.subarray(frame.headerBytes)
  if (payload.length < frame.headerBytes + frame.bodyBytes)
    return damagedBody(end, 'the queue file ends within the record', body)
  if (crc32(payload) !== frame.payloadCrc)
    return damagedBody(end, 'the checksum of the record does not match', body)
  return { kind: 'record', end, header, body }
}

function damagedBody(end: number, reason: string, body: Buffer): Stretch {
  return { kind: 'damaged', end, reason, sample: Buffer.from(body.subarray(0, SAMPLE_BYTES)) }
}

/** Offset of the first real frame at or behind `from`, or `to`. */
async function nextFrame(window: ReadWindow, salt: Buffer, from: number, to: number): Promise<number> {
  let offset = from
  while (offset < to) {
    await window.load(offset, FRAME_BYTES)
    const bytes = window.rest(offset)
    if (bytes.length < FRAME_BYTES) return to
    const at = bytes.indexOf(FRAME_MAGIC)
    if (at < 0) {
      offset += bytes.length - (FRAME_MAGIC.length - 1)
      continue
    }
    offset += at
    await window.load(offset, FRAME_BYTES)
    const frame = decodeFrame(window.bytes(offset, FRAME_BYTES), offset, salt)
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

  /** Whether all of `count` bytes at `offset`, as far as they lie before the end of the range, are loaded. */
  holds(offset: number, count: number): boolean {
    return offset >= this.#start && Math.min(offset + count, this.#to) <= this.#start + this.#piece.length
  }

  /** What is loaded of `count` bytes at `offset`. */
  bytes(offset: number, count: number): Buffer {
    const at = offset - this.#start
    return this.#piece.subarray(at, Math.min(at + count, this.#to - this.#start))
  }

  /** What is loaded from `offset` on. */
  rest(offset: number): Buffer {
    return this.#piece.subarray(offset - this.#start)
  }

  /** Makes `count` bytes at `offset` be held, and what follows them along with it; fewer where file or range end. */
  async load(offset: number, count: number): Promise<void> {
    if (this.holds(offset, count)) return
    const size = Math.min(Math.max(count, WINDOW_BYTES), this.#to - offset)
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
