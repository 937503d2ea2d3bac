import { readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { decodeFrame, FRAME_BYTES, FRAME_MAGIC, type Frame, frameEnd, frameSeed } from './record-frame.ts'

/** A stretch of a queue file: a whole record, or bytes that are none. `end` is its end offset. */
export type Stretch =
  | { readonly kind: 'record'; readonly end: number; readonly header: Buffer; readonly body: Buffer }
  | {
      readonly kind: 'damaged'
      readonly end: number
      readonly reason: string
      readonly sample: Buffer
      /** A record that is all there and has a wrong checksum. */
      readonly record?: { readonly header: Buffer; readonly body: Buffer }
    }

/** What is read from a file at once, where no record is longer. */
export const PIECE_BYTES = 4 << 20
const SAMPLE_BYTES = 8192

/**
 * Walks the records of a file in [from, to), as many at a time as one piece of the file holds, at least one. A record
 * with a damaged body comes as `damaged` with its own end; where no frame begins, everything up to the next real frame
 * (or `to`) is one damaged stretch. The stretches cover [from, to) without a hole, also where the file ends early.
 */
export async function* walkFrames(
  file: FileHandle,
  salt: Buffer,
  from: number,
  to: number,
  pieceBytes: number = PIECE_BYTES,
): AsyncGenerator<Stretch[]> {
  const window = new ReadWindow(file, to, pieceBytes)
  const seed = frameSeed(salt)
  let offset = from
  while (offset < to) {
    let stretch: Stretch | undefined = await readStretch(window, seed, offset, to)
    const stretches: Stretch[] = []
    while (stretch !== undefined) {
      stretches.push(stretch)
      offset = stretch.end
      stretch = loadedStretch(window, seed, offset)
    }
    yield stretches
  }
}

/** The stretch that begins at `offset`. */
async function readStretch(window: ReadWindow, seed: number, offset: number, to: number): Promise<Stretch> {
  const frame = decodeFrame(await window.bytes(offset, FRAME_BYTES), offset, seed)
  if (frame !== undefined && frameEnd(frame) <= to)
    return stretchOf(frame, await window.bytes(offset, frameEnd(frame) - offset))
  const end = await nextFrame(window, seed, offset + 1, to)
  const sample = Buffer.from(await window.bytes(offset, Math.min(SAMPLE_BYTES, end - offset)))
  const reason =
    sample.length === 0 ? 'the queue file ends early' : 'no record begins here: its frame is damaged'
  return { kind: 'damaged', end, reason, sample }
}

/** The record at `offset`, if the window holds all of it already. */
function loadedStretch(window: ReadWindow, seed: number, offset: number): Stretch | undefined {
  const bytes = window.loadedFrom(offset)
  const frame = decodeFrame(bytes, offset, seed)
  if (frame === undefined || frameEnd(frame) - offset > bytes.length) return undefined
  return stretchOf(frame, bytes.subarray(0, frameEnd(frame) - offset))
}

/** @param bytes the record with its frame; fewer where the file ends early */
function stretchOf(frame: Frame, bytes: Buffer): Stretch {
  const end = frameEnd(frame)
  const payload = bytes.subarray(FRAME_BYTES)
  const body = payload.subarray(frame.headerBytes)
  if (bytes.length < end - frame.offset)
    return damagedBody(end, 'the queue file ends within the record', body)
  const header = payload.subarray(0, frame.headerBytes)
  if (crc32(payload) !== frame.payloadCrc)
    return {
      ...damagedBody(end, 'the checksum of the record does not match', body),
      record: { header, body },
    }
  return { kind: 'record', end, header, body }
}

function damagedBody(end: number, reason: string, body: Buffer) {
  return { kind: 'damaged', end, reason, sample: Buffer.from(body.subarray(0, SAMPLE_BYTES)) } as const
}

/** Offset of the first real frame at or behind `from`, or `to`. */
async function nextFrame(window: ReadWindow, seed: number, from: number, to: number): Promise<number> {
  let offset = from
  while (offset < to) {
    await window.bytes(offset, FRAME_BYTES)
    const bytes = window.loadedFrom(offset)
    if (bytes.length < FRAME_BYTES) return to
    const at = bytes.indexOf(FRAME_MAGIC)
    if (at < 0) {
      offset += bytes.length - (FRAME_MAGIC.length - 1)
      continue
    }
    offset += at
    const frame = decodeFrame(await window.bytes(offset, FRAME_BYTES), offset, seed)
    if (frame !== undefined && frameEnd(frame) <= to) return offset
    offset++
  }
  return to
}

/** Above this a read goes to the thread pool. What is smaller was mostly just written, and lies in memory. */
const SYNC_BYTES = 256 * 1024

/** Reads a file in large pieces. Every piece is a buffer of its own, so records may refer to it. */
class ReadWindow {
  readonly #file: FileHandle
  readonly #to: number
  readonly #pieceBytes: number
  #piece = Buffer.alloc(0)
  #start = 0

  constructor(file: FileHandle, to: number, pieceBytes: number) {
    this.#file = file
    this.#to = to
    this.#pieceBytes = pieceBytes
  }

  /** `count` bytes at `offset`; fewer where file or range end. */
  async bytes(offset: number, count: number): Promise<Buffer> {
    const wanted = Math.min(count, this.#to - offset)
    if (offset < this.#start || offset + wanted > this.#start + this.#piece.length)
      await this.#load(offset, wanted)
    return this.#piece.subarray(offset - this.#start, offset - this.#start + wanted)
  }

  /** What is loaded from `offset` on, without reading. */
  loadedFrom(offset: number): Buffer {
    return this.#piece.subarray(offset - this.#start)
  }

  async #load(offset: number, wanted: number): Promise<void> {
    const size = Math.min(Math.max(wanted, this.#pieceBytes), this.#to - offset)
    const piece = Buffer.allocUnsafeSlow(size)
    let filled = 0
    while (filled < size) {
      const bytesRead = await this.#read(piece, filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    this.#piece = piece.subarray(0, filled)
    this.#start = offset
  }

  async #read(piece: Buffer, at: number, offset: number): Promise<number> {
    const length = piece.length - at
    if (length <= SYNC_BYTES) return readSync(this.#file.fd, piece, at, length, offset)
    return (await this.#file.read(piece, at, length, offset)).bytesRead
  }
}
