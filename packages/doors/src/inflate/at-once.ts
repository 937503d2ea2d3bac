import { gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import type { Encoding } from '@heartwood/event'
import { z } from 'zod'
import { hasZlibHeader, ZSTD_PARAMETERS } from './encoding.ts'

type Compressed = Exclude<Encoding, 'identity'>

/** What is inflated in one go at most, in bytes. */
export interface AtOnceBounds {
  readonly received: number
  readonly inflated: number
}

/** Larger bodies would hold up a thread that has others to serve; for these a stream and its trips to the thread pool cost more than the work. */
export const SMALL_BODY: AtOnceBounds = { received: 64 * 1024, inflated: 1024 * 1024 }

const LEAST_PIECE = 64
const USUAL_RATIO = 8

/**
 * Inflates a body in one go in this thread. Undefined where it is over the bounds, or not just one sound stream: then
 * the general way has the say, also about what is wrong.
 * @param maxBytes the most that may come out
 */
export function inflateAtOnce(
  encoding: Compressed,
  body: Uint8Array,
  maxBytes: number,
  bounds: AtOnceBounds,
): Uint8Array | undefined {
  if (body.length > bounds.received || body.length < 4) return undefined
  const most = Math.min(bounds.inflated, maxBytes)
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

/**
 * How much to make room for. A gzip stream ends with its length (RFC 1952), which may be wrong. A byte more than comes
 * out keeps zlib from making room again.
 */
function pieceBytes(encoding: Compressed, body: Uint8Array, most: number): number {
  const told =
    encoding === 'gzip' ? new DataView(body.buffer, body.byteOffset + body.length - 4).getUint32(0, true) : 0
  return Math.max(LEAST_PIECE, Math.min(told > 0 ? told : USUAL_RATIO * body.length, most) + 1)
}
