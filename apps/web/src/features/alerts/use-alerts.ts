'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTRPC } from '../../api/api-provider.tsx'
import { prepareAlerts } from './prepare-alerts.ts'

const POLL_MILLIS = 10_000

/** The rules and their state, asked for once for all who show them. */
export function useAlerts() {
  const trpc = useTRPC()
  const { data, isError, isSuccess } = useQuery(
    trpc.alerts.queryOptions(undefined, { refetchInterval: POLL_MILLIS, retry: false }),
  )
  return { view: useMemo(() => prepareAlerts(data?.rules ?? []), [data]), isError, isSuccess }
}
