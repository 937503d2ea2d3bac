'use client'

import { useCallback } from 'react'
import { useTRPCClient } from '../../api/api-provider.tsx'
import { newestLog } from './newest-log.ts'

/** Asks for the time of the newest event a query finds at any time, epoch milliseconds; undefined where there is none. */
export function useLatest(): (query: string) => Promise<number | undefined> {
  const client = useTRPCClient()
  return useCallback(
    async (query) => {
      const newest = await newestLog(client, query)
      return newest === undefined ? undefined : Date.parse(newest['@timestamp'])
    },
    [client],
  )
}
