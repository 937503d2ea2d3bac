import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { ErrorAnswer } from '@heartwood/api'
import pRetry, { AbortError } from 'p-retry'
import { v7 } from 'uuid'
import { z } from 'zod'
import { authorization, type Connection, unreachable } from '../ask/connection.ts'
import { CommandError } from '../command-error.ts'
import { terminalText } from '../terminal-text.ts'

const Refused = z.object({ index: z.number().int(), reason: z.string() })
/** What ingest says about a body, whether or not anything of it was taken. */
const Counts = z.object({ accepted: z.number().int(), rejected: z.number().int(), errors: z.array(Refused) })
const Taken = Counts.extend({ batch_id: z.string() })
export type Delivered = z.infer<typeof Taken>

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
/** Answers that say: nothing was kept, the same again later. */
const LATER = new Set([408, 429, 500, 502, 503, 504, 507])
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
  const text = await response.text().catch(() => '')
  const json = parse(text)
  if (response.ok) {
    const taken = Taken.safeParse(json)
    if (taken.success) return taken.data
    throw new AbortError(new CommandError(`${response.url} is not the ingest port of Heartwood.`))
  }
  const answer = ErrorAnswer.safeParse(json)
  const message = answer.success
    ? terminalText(answer.data.error.message)
    : `${new URL(response.url).origin} answered ${response.status}.`
  if (LATER.has(response.status)) throw new Later(message, retryAfter(response))
  // Not one record could be read: the batch was refused, the next one may be fine.
  const refused = answer.success ? Counts.safeParse(answer.data.error) : undefined
  if (refused?.success === true) return { ...refused.data, batch_id: key }
  const hint = response.status === 401 ? ' Set HEARTWOOD_ACCESS_TOKEN to the token it was started with.' : ''
  throw new AbortError(new CommandError(`${message}${hint}`))
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? '')
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 300) : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
