'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { useTRPC } from '../../api/api-provider.tsx'
import { type Reading, readingOf, withReading } from './live/readings.ts'

const POLL_MILLIS = 2_000
const STORAGE_POLL_MILLIS = 30_000

/** The state of the system, asked again and again while the page is seen, with what it was in the last minutes. */
export function useSystem() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const system = useQuery(
    trpc.system.queryOptions(undefined, { retry: false, refetchInterval: POLL_MILLIS, gcTime: 0 }),
  )
  const storage = useQuery(
    trpc.storage.queryOptions(undefined, {
      retry: false,
      // One that was asked too early is asked again soon.
      refetchInterval: ({ state }) => (state.status === 'error' ? POLL_MILLIS : STORAGE_POLL_MILLIS),
      gcTime: 0,
    }),
  )
  const [readings, setReadings] = useState<readonly Reading[]>([])
  const { data } = system
  useEffect(() => {
    if (data !== undefined) setReadings((before) => withReading(before, readingOf(data)))
  }, [data])
  const refresh = useCallback(() => {
    void queryClient.invalidateQueries({ queryKey: trpc.system.queryKey() })
    void queryClient.invalidateQueries({ queryKey: trpc.storage.queryKey() })
    void queryClient.invalidateQueries({ queryKey: trpc.storageServices.queryKey() })
  }, [queryClient, trpc])
  return { system, storage, readings, refresh }
}
