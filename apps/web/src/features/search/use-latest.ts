'use client'

import { useCallback } from 'react'
import { useTRPCClient } from '../../api/api-provider.tsx'

/** Asks for the time of the newest event a query finds at any time, epoch milliseconds; undefined where there is none. */
export function useLatest(): (query: string) => Promise<number | undefined> {
  const client = useTRPCClient()
  return useCallback(
    async (query) => {
      const page = await client.search.query({
        query: query === '' ? '*' : query,
        from_time: 'beginning',
        // Clocks of senders run ahead.
        to_time: 'now+2d',
        limit: 1,
        total: 'none',
      })
      const [newest] = page.logs
      return newest === undefined ? undefined : Date.parse(newest['@timestamp'])
    },
    [client],
  )
}
