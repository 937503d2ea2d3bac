'use client'

import type { LogJson } from '@heartwood/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPCClient } from '../../api/api-provider.tsx'
import { WITHOUT_DEMO } from '../demo/demo-choice.ts'
import { withFilter } from '../search/edit-query.ts'
import { newestLog, receivedWithin } from '../search/newest-log.ts'

const POLL_MILLIS = 1_500
/** What is on its way to the server while the panel opens counts. */
const GRACE_MILLIS = 250

/**
 * The newest event that was received since this was first asked for, whatever time it says it happened; not one of the
 * demo. Undefined until there is one; then it stays.
 */
export function useArrival(): LogJson | undefined {
  const client = useTRPCClient()
  const [openedAt] = useState(() => performance.now())
  const arrived = useQuery({
    queryKey: ['arrival', openedAt],
    queryFn: async ({ signal }) => {
      const received = receivedWithin(performance.now() - openedAt + GRACE_MILLIS)
      return (await newestLog(client, withFilter(received, WITHOUT_DEMO), signal)) ?? null
    },
    refetchInterval: ({ state }) => (state.data === undefined || state.data === null ? POLL_MILLIS : false),
    retry: false,
    gcTime: 0,
  })
  return arrived.data ?? undefined
}
