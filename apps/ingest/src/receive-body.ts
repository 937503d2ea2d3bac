import type { IncomingMessage } from 'node:http'
import { encodingOf, InflateError, type Inflater, inflater, sniffEncoding } from '@heartwood/doors'
import type { Encoding } from '@heartwood/event'
import { AppError } from '@heartwood/runtime'
import type { BodyLease } from './body-budget.ts'

export interface ReceiveLimits {
  /** Most bytes of a body, both as received and inflated. */
  readonly maxBytes: number
  /** Time the whole body may take to arrive, milliseconds. */
  readonly timeout: number
}

export interface ReceivedBody {
  readonly encoding: Encoding
  /** As it came; goes to the queue. */
  readonly received: Uint8Array
  readonly inflated: Uint8Array
}

/**
 * Receives the body of a request and inflates it while it arrives, so that a bomb ends early. Throws AppError; the rest
 * of the body then runs into the void, so that the client can read its answer. What is held is taken from the lease.
 */
export async function receiveBody(
  request: IncomingMessage,
  lease: BodyLease,
  limits: ReceiveLimits,
): Promise<ReceivedBody> {
  const declared = encodingOf(request.headers['content-encoding'])
  if (declared === undefined)
    throw new AppError('unsupported_encoding', 'Content-Encoding must be gzip, zstd, deflate or identity.')
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes)
  const pieces = piecesOf(request, limits.timeout)
  let stream: Inflater | undefined
  try {
    const first = await firstBytes(pieces)
    const encoding = sniffEncoding(declared, first)
    lease.take(first.length)
    const received = [first]
    let length = first.length
    stream = inflaterFor(encoding, lease, limits)
    await stream?.write(first)
    for (;;) {
      const piece = await pieces.next()
      if (piece === undefined) break
      length += piece.length
      if (length > limits.maxBytes) throw tooLarge(limits.maxBytes)
      lease.take(piece.length)
      received.push(piece)
      await stream?.write(piece)
    }
    const body = received.length === 1 ? first : Buffer.concat(received, length)
    return { encoding, received: body, inflated: (await stream?.end()) ?? body }
  } catch (error) {
    throw asAppError(error, limits)
  } finally {
    pieces.close()
    stream?.close()
  }
}

/** Undefined for a body that is as it is. */
function inflaterFor(encoding: Encoding, lease: BodyLease, limits: ReceiveLimits): Inflater | undefined {
  if (encoding === 'identity') return undefined
  return inflater(encoding, { maxBytes: limits.maxBytes, onBytes: (bytes) => lease.take(bytes) })
}

interface Pieces {
  next(): Promise<Uint8Array | undefined>
  close(): void
}

/** The pieces of a request's body. Unlike `for await` it leaves the socket alone when it stops early. */
function piecesOf(request: IncomingMessage, timeout: number): Pieces {
  const iterator: AsyncIterator<Uint8Array> = request.iterator({ destroyOnReturn: false })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const refuse = () =>
      reject(
        new AppError(
          'request_timeout',
          `The body took longer than ${timeout / 1000} s; nothing of it was kept.`,
        ),
      )
    timer = setTimeout(refuse, timeout)
  })
  late.catch(() => undefined)
  return {
    async next() {
      const { done, value } = await Promise.race([iterator.next(), late])
      return done ? undefined : value
    },
    close() {
      clearTimeout(timer)
      // What is still to come runs into the void, once the iterator has let go of the stream.
      Promise.resolve(iterator.return?.())
        .catch(() => undefined)
        .finally(() => request.resume())
    },
  }
}

/** Enough of the body to see what it is: 4 bytes, unless it is shorter. */
async function firstBytes(pieces: Pieces): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array(0)
  while (first.length < 4) {
    const piece = await pieces.next()
    if (piece === undefined) break
    first = first.length === 0 ? piece : Buffer.concat([first, piece])
  }
  return first
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('body_too_large', `The body is larger than ${maxBytes} bytes; nothing of it was kept.`)
}

function asAppError(error: unknown, limits: ReceiveLimits): AppError {
  if (error instanceof AppError) return error
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
