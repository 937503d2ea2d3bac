import { eventId } from '@heartwood/event'
import type { useTRPCClient } from '../../api/api-provider.tsx'
import { withFilter } from '../search/edit-query.ts'
import { newestLog, receivedWithin } from '../search/newest-log.ts'
import type { SendingState } from './send-files.ts'

/** What was sent, as a search: the times its events say, epoch milliseconds, and the service they got. */
export interface Sent {
  readonly from: number
  readonly to: number
  readonly service: string
}

const POLL_MILLIS = 400
/** Clocks of two processes of one machine, and rounding. */
const GRACE_MILLIS = 2_000
/** Of so many files the beginning is asked for. */
const MOST_FILES = 20

/**
 * Waits until the last batch can be found, and says over what times it all lies; undefined where nothing was taken.
 * @param sending `begun` on the clock of performance.now()
 */
export async function searchable(
  client: ReturnType<typeof useTRPCClient>,
  sending: { state: SendingState; service: string; begun: number; signal: AbortSignal },
): Promise<Sent | undefined> {
  const { service, signal } = sending
  const { firstBatches, lastBatch } = sending.state
  if (lastBatch === undefined) return undefined
  while ((await client.batch.query({ id: lastBatch }, { signal })).state !== 'searchable') {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS))
    signal.throwIfAborted()
  }
  const received = receivedWithin(performance.now() - sending.begun + GRACE_MILLIS)
  const query = service === '' ? received : withFilter(received, { field: 'service', value: service })
  const newest = await newestLog(client, query, signal)
  const firsts = await Promise.all(
    firstBatches
      .slice(0, MOST_FILES)
      .map((batch) => client.log.query({ id: eventId(batch, 0) }, { signal }).catch(() => undefined)),
  )
  const times = [...firsts, newest].flatMap((log) =>
    log === undefined ? [] : [Date.parse(log['@timestamp'])],
  )
  if (times.length === 0) return undefined
  return { from: Math.min(...times), to: Math.max(...times) + 1, service }
}
