import type { IncomingMessage } from 'node:http'
import { encodingOf, InflateError, inflate, inflater, sniffEncoding } from '@heartwood/doors'
import type { Encoding } from '@heartwood/event'
import { AppError } from '@heartwood/runtime'
import { ArrivingBody, BodyTimeout } from './arriving-body.ts'
import type { BodyLease } from './body-budget.ts'
import type { BodyPool, PooledBuffer } from './body-pool.ts'

export interface ReceiveLimits {
  /** Most bytes of a body, both as received and inflated. */
  readonly maxBytes: number
  /** Time the whole body may take to arrive, milliseconds. */
  readonly timeout: number
}

export interface Reception {
  /** What is held is taken from it. */
  readonly lease: BodyLease
  readonly pool: BodyPool
  readonly limits: ReceiveLimits
}

export interface Body {
  readonly encoding: Encoding
  /** As it came; goes to the queue. */
  readonly received: Uint8Array
  readonly inflated: Uint8Array
}

/** Dispose of it when nothing refers to its bytes any more. */
export type ReceivedBody = Body & Disposable

/** Up to here a body arrives before anything is done with it; most are shorter, and it costs the least. */
const WHOLE_BYTES = 1024 * 1024

/**
 * Receives the body of a request and inflates it; a large one while it arrives, so that a bomb ends early. Throws
 * AppError; the rest of the body then runs into the void, so that the client can read its answer.
 */
export async function receiveBody(request: IncomingMessage, reception: Reception): Promise<ReceivedBody> {
  const { lease, limits } = reception
  const declared = encodingOf(request.headers['content-encoding'])
  if (declared === undefined)
    throw new AppError('unsupported_encoding', 'Content-Encoding must be gzip, zstd, deflate or identity.')
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes)
  let length = 0
  using arriving = new ArrivingBody(request, {
    timeout: limits.timeout,
    onPiece(piece) {
      length += piece.length
      if (length > limits.maxBytes) throw tooLarge(limits.maxBytes)
      lease.take(piece.length)
    },
  })
  try {
    const pieces = await arriving.gather(Math.min(WHOLE_BYTES, limits.maxBytes) + 1)
    return arriving.ended
      ? await wholeBody(pieces, length, declared, reception)
      : await largeBody(arriving, pieces, declared, reception)
  } catch (error) {
    throw asAppError(error, limits)
  }
}

async function wholeBody(
  pieces: readonly Uint8Array[],
  length: number,
  declared: Encoding,
  { lease, pool, limits }: Reception,
): Promise<ReceivedBody> {
  const [first = new Uint8Array(0)] = pieces
  const joined = pieces.length > 1 ? join(pieces, pool.take(length)) : undefined
  const dispose = () => joined?.[Symbol.dispose]()
  const received = joined?.bytes ?? first
  try {
    const encoding = sniffEncoding(declared, received)
    const inflated =
      encoding === 'identity'
        ? received
        : await inflate(encoding, received, {
            maxBytes: limits.maxBytes,
            onBytes: (bytes) => lease.take(bytes),
          })
    return { encoding, received, inflated, [Symbol.dispose]: dispose }
  } catch (error) {
    dispose()
    throw error
  }
}

function join(pieces: readonly Uint8Array[], into: PooledBuffer): PooledBuffer {
  let at = 0
  for (const piece of pieces) {
    into.bytes.set(piece, at)
    at += piece.length
  }
  return into
}

async function largeBody(
  arriving: ArrivingBody,
  first: readonly Uint8Array[],
  declared: Encoding,
  { lease, limits }: Reception,
): Promise<ReceivedBody> {
  const encoding = sniffEncoding(declared, Buffer.concat(first.slice(0, 4), 4))
  const stream =
    encoding === 'identity'
      ? undefined
      : inflater(encoding, { maxBytes: limits.maxBytes, onBytes: (bytes) => lease.take(bytes) })
  const received = [...first]
  try {
    for (const piece of first) await stream?.write(piece)
    while (!arriving.ended)
      for (const piece of await arriving.gather(1)) {
        received.push(piece)
        await stream?.write(piece)
      }
    const body = Buffer.concat(received)
    const inflated = (await stream?.end()) ?? body
    return { encoding, received: body, inflated, [Symbol.dispose]() {} }
  } finally {
    stream?.close()
  }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('body_too_large', `The body is larger than ${maxBytes} bytes; nothing of it was kept.`)
}

function asAppError(error: unknown, limits: ReceiveLimits): AppError {
  if (error instanceof AppError) return error
  if (error instanceof BodyTimeout)
    return new AppError(
      'request_timeout',
      `The body took longer than ${limits.timeout / 1000} s; nothing of it was kept.`,
    )
  if (error instanceof InflateError) {
    if (error.code === 'too_large') return tooLarge(limits.maxBytes)
    const code = error.code === 'bomb' ? 'body_too_large' : 'invalid_body'
    return new AppError(code, `Nothing was stored: ${error.message}.`, { cause: error })
  }
  // All that is left is a client that went away in the middle.
  return new AppError('invalid_body', 'The body ended before it was whole; nothing of it was kept.', {
    cause: error,
  })
}
