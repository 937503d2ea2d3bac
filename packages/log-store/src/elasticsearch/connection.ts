import { Client, errors } from '@elastic/elasticsearch'
import { LogStoreError } from '../port.ts'

/** Where Elasticsearch is, and as whom it is asked. */
export interface ElasticsearchAddress {
  /** Of one node or more. */
  readonly nodes: readonly string[]
  /** An API key, or a user with a password, or neither. */
  readonly apiKey?: string | undefined
  readonly user?: { readonly username: string; readonly password: string } | undefined
}

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean>>
  /** JSON, or lines of JSON as bytes. */
  readonly body?: object | Buffer
  /** Milliseconds until it is given up; default 60,000. */
  readonly timeoutMillis?: number
  readonly signal?: AbortSignal | undefined
}

export type ElasticsearchConnection = Pick<Connection, 'ask' | 'close'>

/** Asks Elasticsearch and gives what it answers as it is. It tries nothing twice: who asks knows whether that is safe. */
class Connection implements AsyncDisposable {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  async ask({ method, path, query = {}, body, timeoutMillis = 60_000, signal }: Question): Promise<unknown> {
    const request = {
      method,
      path,
      querystring: { ...query },
      ...(Buffer.isBuffer(body) ? { bulkBody: body } : body !== undefined && { body: { ...body } }),
    }
    const limits = { requestTimeout: timeoutMillis, maxRetries: 0, ...(signal && { signal }) }
    try {
      return await this.#client.transport.request(request, limits)
    } catch (error) {
      // What was sent hangs on it, which is logs: whoever prints an error does not mean them.
      if (error instanceof errors.ElasticsearchClientError && 'meta' in error)
        Object.defineProperty(error, 'meta', { enumerable: false })
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

export function connectElasticsearch({ nodes, apiKey, user }: ElasticsearchAddress): ElasticsearchConnection {
  const auth = apiKey !== undefined ? { auth: { apiKey } } : user !== undefined ? { auth: { ...user } } : {}
  return new Connection(
    new Client({
      nodes: [...nodes],
      ...auth,
      maxRetries: 0,
      // Tries are counted where they are made; of several nodes, one that was away is asked again after a while.
      resurrectStrategy: 'optimistic',
      enableMetaHeader: false,
      // By default an error has a copy of its request, with each byte of a bulk as a key of an object: a gigabyte of them.
      redaction: { type: 'remove' },
      // A key of an attribute can be `__proto__`; nothing of an answer is merged into anything.
      disablePrototypePoisoningProtection: true,
    }),
  )
}

/** The status of an answer that was an error; undefined where there was no answer at all. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof errors.ResponseError ? error.statusCode : undefined
}

/** Whether the same question may well be answered later: Elasticsearch is away, slow, full or busy. */
export function isPassing(error: unknown): boolean {
  if (error instanceof LogStoreError) return false
  if (
    error instanceof errors.ConnectionError ||
    error instanceof errors.TimeoutError ||
    error instanceof errors.NoLivingConnectionsError ||
    error instanceof errors.DeserializationError ||
    error instanceof errors.ProductNotSupportedError
  )
    return true
  const status = statusOf(error)
  return status !== undefined && isPassingStatus(status)
}

/** 401 and 403 pass when somebody mends the access, and 404 when the index is made. */
export function isPassingStatus(status: number): boolean {
  return status === 429 || status === 408 || status === 401 || status === 403 || status >= 500
}

/** What an error of Elasticsearch says, for people, in one line. */
export function saidBy(error: unknown): string {
  if (error instanceof errors.ResponseError)
    return `Elasticsearch answered ${error.statusCode}: ${firstLine(error)}`
  if (error instanceof errors.TimeoutError) return 'Elasticsearch did not answer in time'
  if (error instanceof errors.ConnectionError) return `Elasticsearch cannot be reached: ${firstLine(error)}`
  return error instanceof Error ? firstLine(error) : String(error)
}

function firstLine({ message }: Error): string {
  return (message.split('\n')[0] ?? '').slice(0, 500)
}
