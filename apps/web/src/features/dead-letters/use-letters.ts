'use client'

import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { useTRPC, useTRPCClient } from '../../api/api-provider.tsx'
import { filterOf, LETTER_PARAMS, type LettersState } from './letters-url.ts'

const PAGE = 50
const POLL_MILLIS = 10_000

/** The letters that the URL asks for, page after page. */
export function useLetters() {
  const [state, setState] = useQueryStates(LETTER_PARAMS)
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const filter = useMemo(() => filterOf(state), [state])
  const answer = useInfiniteQuery({
    queryKey: [...trpc.deadLetters.queryKey(), 'pages', filter],
    queryFn: ({ pageParam, signal }) =>
      client.deadLetters.query(
        { ...filter, limit: PAGE, ...(pageParam !== undefined && { before: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_before }) => next_before ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MILLIS,
  })
  const change = useCallback(
    (next: Partial<LettersState>) => void setState({ open: null, ...next }, { history: 'push' }),
    [setState],
  )
  const open = useCallback(
    (id: string | null) => void setState({ open: id }, { history: 'replace' }),
    [setState],
  )
  const refresh = useCallback(
    () => void queryClient.invalidateQueries({ queryKey: trpc.deadLetters.queryKey() }),
    [queryClient, trpc],
  )
  return { state, filter, answer, change, open, refresh }
}

export type Letters = ReturnType<typeof useLetters>
