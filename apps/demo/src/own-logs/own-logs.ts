import { setTimeout as pause } from 'node:timers/promises'
import { SearchOutput } from '@heartwood/api'
import { ENVIRONMENT } from '../agents/shipment.ts'
import type { QueryApp } from '../query-app.ts'

const NOT_DEMO = `NOT environment:${ENVIRONMENT}`
const RETRY_MILLIS = 2_000

/**
 * Resolves as soon as there is a log that is not the demo's. It follows a tail, so that watching costs nothing; what
 * came while there was none is searched for whenever it opens. Rejects with the reason of the signal once that aborts.
 */
export async function ownLogsSeen(query: QueryApp, signal: AbortSignal): Promise<void> {
  for (;;) {
    const seen = await lookOnce(query, signal).catch(() => false)
    if (seen) return
    signal.throwIfAborted()
    await pause(RETRY_MILLIS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

/** False when the tail ended. */
async function lookOnce(query: QueryApp, signal: AbortSignal): Promise<boolean> {
  await using tail = await query.stream('/api/v1/tail', { query: NOT_DEMO }, signal)
  const stored = { query: NOT_DEMO, from_time: 'beginning', to_time: 'now+2d', limit: '1', total: 'none' }
  const { logs } = await query.get('/api/v1/search', stored, SearchOutput, signal)
  if (logs.length > 0) return true
  let text = ''
  for await (const chunk of tail) {
    text = (text + chunk).slice(-4_096)
    if (/^event: ?logs$/m.test(text)) return true
  }
  return false
}
