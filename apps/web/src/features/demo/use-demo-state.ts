'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../api/api-provider.tsx'

const OPENING_POLL_MILLIS = 500
/** Until there are own logs, since something is offered then. */
const WATCHING_POLL_MILLIS = 5_000
const POLL_MILLIS = 60_000

/** How the demo stands. */
export function useDemoState() {
  const trpc = useTRPC()
  const { data, isFetched } = useQuery(
    trpc.demo.queryOptions(undefined, {
      retry: false,
      refetchInterval: ({ state }) => {
        if (state.data?.state === 'opening') return OPENING_POLL_MILLIS
        return state.data?.state === 'running' && !state.data.own_logs ? WATCHING_POLL_MILLIS : POLL_MILLIS
      },
    }),
  )
  return {
    state: data?.state,
    progress: data?.progress ?? 0,
    ownLogs: data?.own_logs === true,
    /** It is known how it stands, or that nobody can say. */
    known: isFetched,
  }
}
export type DemoState = ReturnType<typeof useDemoState>
