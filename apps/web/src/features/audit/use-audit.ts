'use client'

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { useTRPC, useTRPCClient } from '../../api/api-provider.tsx'
import { AUDIT_PARAMS, type AuditState, questionOf } from './audit-url.ts'

const PAGE = 100
const ACTIONS = 30

/**
 * The audit events that the URL asks for, page after page, and how many there are of each action. It never asks by itself:
 * whoever looks is on the record too.
 */
export function useAudit() {
  const [state, setState] = useQueryStates(AUDIT_PARAMS)
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const question = useMemo(() => questionOf(state), [state])
  const answer = useInfiniteQuery({
    queryKey: [...trpc.search.queryKey(), 'audit', question],
    queryFn: ({ pageParam, signal }) =>
      client.search.query(
        { ...question, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    retry: false,
  })
  const actions = useQuery(
    trpc.aggregate.queryOptions(
      { ...question, by: 'event.action', interval: 'none', limit: ACTIONS },
      { placeholderData: keepPreviousData, retry: false },
    ),
  ).data?.top
  const change = useCallback(
    (next: Partial<AuditState>) => void setState({ open: null, ...next }, { history: 'push' }),
    [setState],
  )
  const open = useCallback(
    (id: string | null) => void setState({ open: id }, { history: 'replace' }),
    [setState],
  )
  const refresh = useCallback(() => {
    void queryClient.invalidateQueries({ queryKey: trpc.search.queryKey() })
    void queryClient.invalidateQueries({ queryKey: trpc.aggregate.queryKey() })
  }, [queryClient, trpc])
  return { state, answer, actions: actions ?? [], change, open, refresh }
}

export type Audit = ReturnType<typeof useAudit>
