import {
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Gunzip,
  type ZstdDecompress,
} from 'node:zlib'
import type { Encoding } from '@heartwood/event'
import { type AtOnceBounds, inflateAtOnce, SMALL_BODY } from './at-once.ts'
import { hasZlibHeader, ZSTD_PARAMETERS } from './encoding.ts'

/** `too_large`: over the cap on bytes. `bomb`: over the cap on the ratio. `broken`: no such stream, or cut off. */
export type InflateErrorCode = 'too_large' | 'bomb' | 'broken'

export class InflateError extends Error {
  readonly code: InflateErrorCode
  constructor(code: InflateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'InflateError'
    this.code = code
  }
}

export interface InflateLimits {
  /** The most bytes that may come out. */
  readonly maxBytes: number
  /** Called with the bytes that have come out, before they are kept; throwing stops the stream. */
  readonly onBytes?: (bytes: number) => void
}

/** Repetitive logs compress 100 times and more; a bomb 1,000 times and more. Small bodies may be as repetitive as they like. */
export const MAX_RATIO = 500
export const RATIO_FREE_BYTES = 16 * 1024 * 1024

/**
 * Inflates a body piece by piece as it arrives. `write` resolves when the piece has been worked off and rejects with
 * InflateError as soon as a limit is passed; after a rejection the inflater is closed. `end` gives the whole body, or
 * rejects where the stream was cut off. Always `close` it.
 */
export interface Inflater {
  write(piece: Uint8Array): Promise<void>
  end(): Promise<Uint8Array>
  close(): void
}

export function inflater(encoding: Encoding, limits: InflateLimits): Inflater {
  const output = collector(limits)
  if (encoding === 'identity') {
    return {
      async write(piece) {
        output.take(piece, Number.POSITIVE_INFINITY)
      },
      end: async () => output.whole(),
      close() {},
    }
  }
  return zlibInflater(encoding, output)
}

/**
 * Inflates a body that is there as a whole.
 * @param atOnce up to where this thread does it in one go, which must be less than any cap on the ratio
 */
export async function inflate(
  encoding: Encoding,
  body: Uint8Array,
  limits: InflateLimits,
  atOnce: AtOnceBounds = SMALL_BODY,
): Promise<Uint8Array> {
  if (encoding === 'identity') {
    if (body.length > limits.maxBytes) throw tooLarge(limits.maxBytes)
    return body
  }
  const inflated = inflateAtOnce(encoding, body, limits.maxBytes, atOnce)
  if (inflated !== undefined) {
    limits.onBytes?.(inflated.length)
    return inflated
  }
  const stream = inflater(encoding, limits)
  try {
    await stream.write(body)
    return await stream.end()
  } finally {
    stream.close()
  }
}

interface Collector {
  take(piece: Uint8Array, received: number): void
  whole(): Uint8Array
}

function collector(limits: InflateLimits): Collector {
  const pieces: Uint8Array[] = []
  let length = 0
  return {
    take(piece, received) {
      length += piece.length
      if (length > limits.maxBytes) throw tooLarge(limits.maxBytes)
      if (length > RATIO_FREE_BYTES && length > received * MAX_RATIO)
        throw new InflateError('bomb', `the body inflates more than ${MAX_RATIO} times`)
      limits.onBytes?.(piece.length)
      pieces.push(piece)
    },
    whole: () => (pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, length)),
  }
}

function tooLarge(maxBytes: number): InflateError {
  return new InflateError('too_large', `the body is larger than ${maxBytes} bytes`)
}

/** Streams end by themselves: a gzip body may go on with padding zeros, a zstd body with another frame. */
function zlibInflater(encoding: Exclude<Encoding, 'identity'>, output: Collector): Inflater {
  let current: Member | undefined
  let received = 0
  let first: Uint8Array = new Uint8Array(0)
  const open = (bytes: Uint8Array) =>
    member(decompressor(encoding, bytes), (piece) => output.take(piece, received))
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      current?.close()
      throw error instanceof InflateError ? error : broken(encoding, error)
    }
  }
  const write = async (piece: Uint8Array) => {
    // The first two bytes decide between zlib and raw deflate, and may come one by one.
    let rest = first.length > 0 ? Buffer.concat([first, piece]) : piece
    first = new Uint8Array(0)
    if (current === undefined && rest.length < 2) {
      first = Uint8Array.from(rest)
      return
    }
    received += rest.length
    while (rest.length > 0) {
      if (current?.ended && encoding !== 'zstd') {
        if (encoding === 'gzip' && rest.every((byte) => byte === 0)) return
        throw new Error('there is more behind its end')
      }
      if (current === undefined || current.ended) current = open(rest)
      rest = rest.subarray(await current.write(rest))
    }
  }
  const end = async () => {
    if (current === undefined) throw new Error('it ends before it begins')
    if (!current.ended) await current.end()
    return output.whole()
  }
  return { write: (piece) => guard(() => write(piece)), end: () => guard(end), close: () => current?.close() }
}

/** One zlib stream; `write` gives how many bytes it took, fewer than offered only if it has ended. */
interface Member {
  readonly ended: boolean
  write(bytes: Uint8Array): Promise<number>
  end(): Promise<void>
  close(): void
}

function member(stream: Gunzip | ZstdDecompress, onData: (piece: Uint8Array) => void): Member {
  let ended = false
  let failure: unknown
  let abandon: (reason: unknown) => void = () => {}
  const fail = (error: unknown) => {
    failure ??= error
    stream.destroy()
    abandon(failure)
  }
  stream.on('error', fail)
  stream.on('data', (piece: Buffer) => {
    if (failure !== undefined) return
    try {
      onData(piece)
    } catch (error) {
      fail(error)
    }
  })
  /** One thing at a time is asked of the stream; if it fails meanwhile, that is the answer. */
  const step = (run: (done: () => void) => void) =>
    new Promise<void>((resolve, reject) => {
      abandon = reject
      if (failure === undefined) run(resolve)
      else reject(failure)
    })
  return {
    get ended() {
      return ended
    },
    async write(bytes) {
      const before = stream.bytesWritten
      await step((done) => stream.write(bytes, () => done()))
      const taken = stream.bytesWritten - before
      if (taken < bytes.length) {
        if (!stream.readableEnded) await step((done) => stream.once('end', done))
        ended = true
      }
      return taken
    },
    end: () =>
      step((done) => {
        stream.once('end', done)
        stream.end()
      }),
    close: () => stream.destroy(),
  }
}

function broken(encoding: Encoding, cause: unknown): InflateError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new InflateError('broken', `the body is not a whole ${encoding} stream: ${reason}`, { cause })
}

/** Pieces this large keep the number of trips to the thread pool low; small bodies do not fill one. */
const PIECE_BYTES = 256 * 1024

function decompressor(encoding: Exclude<Encoding, 'identity'>, first: Uint8Array): Gunzip | ZstdDecompress {
  const options = { chunkSize: PIECE_BYTES }
  switch (encoding) {
    case 'gzip':
      return createGunzip(options)
    case 'zstd':
      return createZstdDecompress({ ...options, params: ZSTD_PARAMETERS })
    case 'deflate':
      return hasZlibHeader(first) ? createInflate(options) : createInflateRaw(options)
  }
}
