import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { deliveryOf } from '@heartwood/doors/sending'
import pRetry, { AbortError } from 'p-retry'
import { v7 } from 'uuid'
import { authorization, type Connection, unreachable } from '../ask/connection.ts'
import { CommandError } from '../command-error.ts'
import { terminalText } from '../terminal-text.ts'

export interface Delivered {
  readonly batch_id: string
  readonly accepted: number
  readonly rejected: number
  readonly errors: readonly { readonly index: number; readonly reason: string }[]
}

export interface DeliveryOptions {
  readonly service?: string
  readonly environment?: string
  readonly hostname?: string
  /** Ends the waiting between tries. */
  readonly signal: AbortSignal
  /** Told why the next try waits. */
  readonly onWait: (reason: string) => void
}

/** How long a batch is tried before the command gives up, milliseconds. */
const GIVE_UP_MS = 10 * 60_000
const ANSWER_LIMIT_MS = 120_000
const compress = promisify(zstdCompress)

/**
 * Sends bodies to ingest, one after the other. Each has a batch key, this run and a number: a body that is sent again
 * because its answer was lost is found once. All keys of a run share their sender part, so their order holds.
 */
export function delivery(connection: Connection, options: DeliveryOptions) {
  const run = `send-${v7()}`
  let sequence = 0
  let reached = false
  const url = new URL(`${connection.ingestUrl}/ingest`)
  for (const name of ['service', 'environment', 'hostname'] as const) {
    const value = options[name]
    if (value !== undefined) url.searchParams.set(name, value)
  }

  const post = async (key: string, body: Buffer): Promise<Delivered> => {
    let response: Response
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { ...authorization(connection), 'idempotency-key': key, 'content-encoding': 'zstd' },
        body: new Uint8Array(body),
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      })
    } catch (error) {
      const sentence = unreachable(connection.ingestUrl, error)
      // A wrong address would be tried for minutes; one that has answered before will come back.
      throw reached ? new Later(sentence.message, undefined) : new AbortError(sentence)
    }
    reached = true
    return read(response, key)
  }

  return {
    /** Resolves once ingest has the body on disk. Throws a CommandError if it will not take it. */
    async send(body: Uint8Array): Promise<Delivered> {
      const key = `${run}-${++sequence}`
      const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
      const compressed = await compress(body, level)
      return pRetry(() => post(key, compressed), {
        retries: Number.POSITIVE_INFINITY,
        maxRetryTime: GIVE_UP_MS,
        minTimeout: 500,
        maxTimeout: 15_000,
        signal: options.signal,
        shouldRetry: ({ error }) => error instanceof Later,
        async onFailedAttempt({ error }) {
          if (!(error instanceof Later)) return
          options.onWait(error.message)
          await pause((error.seconds ?? 0) * 1000, undefined, { signal: options.signal })
        },
      })
    },
  }
}

/** Nothing was kept; the same body may be sent again after `seconds`. */
class Later extends CommandError {
  readonly seconds: number | undefined
  constructor(message: string, seconds: number | undefined) {
    super(message)
    this.seconds = seconds
  }
}

async function read(response: Response, key: string): Promise<Delivered> {
  const said = await deliveryOf(response)
  switch (said.kind) {
    case 'taken':
      return { ...said.counts, batch_id: said.batchId ?? key }
    case 'later':
      throw new Later(sentence(response, said.message), said.seconds)
    case 'refused': {
      if (response.ok)
        throw new AbortError(new CommandError(`${response.url} is not the ingest port of Heartwood.`))
      const hint =
        response.status === 401 ? ' Set HEARTWOOD_ACCESS_TOKEN to the token it was started with.' : ''
      throw new AbortError(new CommandError(`${sentence(response, said.message)}${hint}`))
    }
  }
}

function sentence(response: Response, message: string | undefined): string {
  return message === undefined
    ? `${new URL(response.url).origin} answered ${response.status}.`
    : terminalText(message)
}
