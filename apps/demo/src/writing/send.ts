import { setTimeout as pause } from 'node:timers/promises'
import type { Shipment } from '../agents/shipment.ts'

export interface Door {
  /** Without a slash at the end. */
  readonly url: string
  readonly token: string | undefined
  readonly signal: AbortSignal
  /** Told why a try failed. */
  readonly onRefused: (reason: string) => void
}

const FIRST_WAIT_MILLIS = 200
const LONGEST_WAIT_MILLIS = 10_000
const ANSWER_MILLIS = 30_000

/** Posts a shipment until it is taken. Rejects with the reason of the signal once that aborts, between two tries. */
export async function send(door: Door, shipment: Shipment, key: string): Promise<void> {
  for (let wait = FIRST_WAIT_MILLIS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS)) {
    const refused = await post(door, shipment, key)
    if (refused === undefined) return
    door.signal.throwIfAborted()
    door.onRefused(refused)
    await pause(wait, undefined, { signal: door.signal }).catch(() => door.signal.throwIfAborted())
  }
}

/** Why it was not taken; undefined where it was. A try that has begun is ended, so that what it stored is known. */
async function post({ url, token }: Door, shipment: Shipment, key: string): Promise<string | undefined> {
  try {
    const response = await fetch(url + shipment.path, {
      method: 'POST',
      headers: {
        'content-type': shipment.contentType,
        'idempotency-key': key,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: shipment.body,
      signal: AbortSignal.timeout(ANSWER_MILLIS),
    })
    const text = await response.text()
    return response.ok ? undefined : `ingest answered ${response.status}: ${text.slice(0, 300)}`
  } catch (error) {
    return `ingest does not answer: ${error instanceof Error ? error.message : String(error)}`
  }
}
