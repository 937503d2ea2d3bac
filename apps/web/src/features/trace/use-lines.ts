'use client'

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTRPCClient } from '../../api/api-provider.tsx'

/** Soon there, and enough for nearly every trace. */
const FIRST_LINES = 1_000
/** Of a longer one so many more at a time. */
export const MORE_LINES = 5_000

/** Whatever is stored; clocks of senders run ahead. */
export const ANY_TIME = { from_time: 'beginning', to_time: 'now+2d' } as const

/** The lines a query finds at any time, oldest first, as many as were asked for. */
export function useLines(query: string, enabled: boolean) {
  const client = useTRPCClient()
  const { data, error, isFetching, isFetchingNextPage, isPlaceholderData, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey: ['trace lines', query],
      queryFn: ({ pageParam, signal }) =>
        client.search.query(
          {
            query,
            ...ANY_TIME,
            order: 'oldest',
            ...(pageParam === undefined
              ? { limit: FIRST_LINES, total: 'exact' as const }
              : { limit: MORE_LINES, total: 'none' as const, cursor: pageParam }),
          },
          { signal },
        ),
      initialPageParam: FIRST_PAGE,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
      enabled,
    })
  const logs = useMemo(() => data?.pages.flatMap((page) => page.logs) ?? [], [data])
  return {
    /** Undefined until there is an answer. */
    logs: data === undefined ? undefined : logs,
    total: data?.pages[0]?.total ?? 0,
    /** All of them are there. */
    whole: data !== undefined && data.pages.at(-1)?.next_cursor === null,
    error,
    fetching: isFetching,
    fetchingMore: isFetchingNextPage,
    outdated: isPlaceholderData,
    more: () => void fetchNextPage({ cancelRefetch: false }),
    refetch: () => void refetch(),
  }
}

const FIRST_PAGE: string | undefined = undefined

export type Lines = ReturnType<typeof useLines>
