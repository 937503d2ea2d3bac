import type { LogJson } from '@heartwood/api'
import type { useTRPCClient } from '../../api/api-provider.tsx'

/** The newest event a query finds at any time; undefined where there is none. An empty query finds everything. */
export async function newestLog(
  client: ReturnType<typeof useTRPCClient>,
  query: string,
  signal?: AbortSignal,
): Promise<LogJson | undefined> {
  const { logs } = await client.search.query(
    {
      query: query === '' ? '*' : query,
      from_time: 'beginning',
      // Clocks of senders run ahead.
      to_time: 'now+2d',
      limit: 1,
      total: 'none',
    },
    signal === undefined ? {} : { signal },
  )
  return logs[0]
}

/** What was received in the last while. A length of time and not a time: clocks of browser and server differ. */
export function receivedWithin(millis: number): string {
  return `observed_at>="now-${Math.ceil(millis)}ms"`
}
