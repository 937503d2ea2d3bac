import { addAbortSignal, Readable } from 'node:stream'
import { S3Client } from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { ObjectStoreError } from '../port.ts'
import { asObjectError } from './s3-errors.ts'

export interface S3Place {
  readonly bucket: string
  /** What the keys in the bucket begin with: '' or ending with a slash. */
  readonly prefix: string
  readonly region: string
  /** Of a server that is not Amazon's. */
  readonly endpoint?: string | undefined
  /** Whether the bucket stands in the path of an address, not in the name of the host. */
  readonly pathStyle: boolean
  /** Without them the chain of the SDK: environment, profile, web identity, the instance. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  /** How long a call may take with all its attempts, milliseconds. */
  readonly limitMs?: number
}

const CONNECT_MS = 3_000
/** Without a byte: of an answer, or of a body on its way. */
const SILENCE_MS = 15_000
const CALL_MS = 60_000
const ATTEMPTS = 5

export function s3Client(place: S3Place): S3Client {
  return new S3Client({
    region: place.region,
    ...(place.endpoint !== undefined && { endpoint: place.endpoint }),
    forcePathStyle: place.pathStyle,
    ...(place.credentials !== undefined && { credentials: place.credentials }),
    maxAttempts: ATTEMPTS,
    // Bodies are signed with their SHA-256, which every server checks; newer checksums some do not know.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_MS,
      requestTimeout: SILENCE_MS,
      throwOnRequestTimeout: true,
      socketTimeout: SILENCE_MS,
    }),
  })
}

/** Makes calls within their limit and says what their errors mean. */
export class S3Calls {
  readonly client: S3Client
  readonly #limitMs: number
  readonly #closing = new AbortController()

  constructor(place: S3Place) {
    this.client = s3Client(place)
    this.#limitMs = place.limitMs ?? CALL_MS
  }

  /** @param exclusive as of `asObjectError` */
  async make<T>(
    key: string,
    signal: AbortSignal | undefined,
    call: (abortSignal: AbortSignal) => Promise<T>,
    exclusive = false,
  ): Promise<T> {
    if (this.#closing.signal.aborted) throw closed()
    signal?.throwIfAborted()
    const limit = AbortSignal.timeout(this.#limitMs)
    const ends = [limit, this.#closing.signal, ...(signal === undefined ? [] : [signal])]
    try {
      return await call(AbortSignal.any(ends))
    } catch (error) {
      signal?.throwIfAborted()
      if (this.#closing.signal.aborted) throw closed()
      throw asObjectError(limit.aborted ? limit.reason : error, key, exclusive)
    }
  }

  close(): void {
    this.#closing.abort()
    this.client.destroy()
  }
}

/** All bytes of an answer's body, which ends with the signal. */
export async function bodyBytes(body: unknown, signal: AbortSignal): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw new Error('the answer has no body')
  addAbortSignal(signal, body)
  const chunks: Uint8Array[] = []
  for await (const chunk of body) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function closed(): ObjectStoreError {
  return new ObjectStoreError('closed', 'the objects are closed')
}
