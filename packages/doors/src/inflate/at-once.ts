import { gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import type { Encoding } from '@heartwood/event'
import { z } from 'zod'
import { hasZlibHeader, ZSTD_PARAMETERS } from './encoding.ts'

type Compressed = Exclude<Encoding, 'identity'>

/** Larger bodies would hold up the thread; for these a stream and its trips to the thread pool cost more than the work. */
const MOST_IN = 64 * 1024
const MOST_OUT = 1024 * 1024
const LEAST_PIECE = 64
const USUAL_RATIO = 8

/**
 * Inflates a small body in one go in this thread. Undefined where it is not small, or not just one sound stream: then
 * the general way has the say, also about what is wrong.
 * @param maxBytes the most that may come out
 */
export function inflateAtOnce(
  encoding: Compressed,
  body: Uint8Array,
  maxBytes: number,
): Uint8Array | undefined {
  if (body.length > MOST_IN || body.length < 4) return undefined
  const most = Math.min(MOST_OUT, maxBytes)
  const options = { maxOutputLength: most, chunkSize: pieceBytes(encoding, body, most), info: true } as const
  try {
    const { buffer, engine } = Informed.parse(inflated(encoding, body, options))
    return engine.bytesWritten === body.length ? buffer : undefined
  } catch {
    return undefined
  }
}

interface AtOnceOptions {
  readonly maxOutputLength: number
  readonly chunkSize: number
  readonly info: true
}

/** By Node's types a buffer; with `info` it is `{ buffer, engine }`. */
function inflated(encoding: Compressed, body: Uint8Array, options: AtOnceOptions): unknown {
  switch (encoding) {
    case 'gzip':
      return gunzipSync(body, options)
    case 'zstd':
      return zstdDecompressSync(body, { ...options, params: ZSTD_PARAMETERS })
    case 'deflate':
      return hasZlibHeader(body) ? inflateSync(body, options) : inflateRawSync(body, options)
  }
}

const Informed = z.object({
  buffer: z.instanceof(Uint8Array),
  engine: z.object({ bytesWritten: z.number() }),
})

/** A gzip stream ends with its length (RFC 1952); it may be wrong, so it only says how much to make room for. */
function pieceBytes(encoding: Compressed, body: Uint8Array, most: number): number {
  const told =
    encoding === 'gzip'
      ? new DataView(body.buffer, body.byteOffset + body.length - 4).getUint32(0, true) + 1
      : 0
  return Math.max(LEAST_PIECE, Math.min(told > 0 ? told : USUAL_RATIO * body.length, most))
}
