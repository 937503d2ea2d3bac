import { StatusOutput } from '@heartwood/api'
import type { QueryApp } from './query-app.ts'
import type { DemoState } from './state/demo-state.ts'
import { openingAt, PAST_MILLIS } from './writing/slots.ts'

/**
 * The state of a demo that begins now; undefined where there are logs already, which nobody wants a demo among. Throws
 * while query or indexer do not answer.
 */
export async function beginDemo(
  query: QueryApp,
  begin: { readonly now: number; readonly seed: number },
  signal: AbortSignal,
): Promise<DemoState | undefined> {
  const { events, backlog_bytes } = await query.get('/api/v1/status', {}, StatusOutput, signal)
  if (backlog_bytes === null) throw new Error('the indexer does not answer yet')
  if (events > 0 || backlog_bytes > 0) return undefined
  const opened_at = openingAt(begin.now)
  const written_to = opened_at - PAST_MILLIS
  return { version: 1, phase: 'running', seed: begin.seed, opened_at, written_to, own_logs: false }
}
