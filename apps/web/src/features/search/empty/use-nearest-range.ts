'use client'

import { useCallback } from 'react'
import { useTRPCClient } from '../../../api/api-provider.tsx'
import { isoRange, rangeAround, type TimeRange } from '../time-range/time-range.ts'

const SHOWN_MILLIS = 3_600_000

/** Finds the range of the nearest event that a query finds before or after an empty one; undefined where there is none. */
export function useNearestRange(): (
  query: string,
  empty: TimeRange,
  side: 'before' | 'after',
) => Promise<TimeRange | undefined> {
  const client = useTRPCClient()
  return useCallback(
    async (query, empty, side) => {
      const { logs } = await client.search.query({
        query: query === '' ? '*' : query,
        // Clocks of senders run ahead.
        ...(side === 'before'
          ? { from_time: 'beginning', to_time: empty.from, order: 'newest' }
          : { from_time: empty.to, to_time: 'now+2d', order: 'oldest' }),
        limit: 1,
        total: 'none',
      })
      const [nearest] = logs
      if (nearest === undefined) return undefined
      const at = Date.parse(nearest['@timestamp'])
      return side === 'before' ? rangeAround(at, Date.now()) : isoRange(at, at + SHOWN_MILLIS)
    },
    [client],
  )
}
