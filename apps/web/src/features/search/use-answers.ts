'use client'

import type { AggregateOutput, SearchInput, SearchOutput } from '@heartwood/api'
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import { type ApiError, apiErrorOf } from '../../api/api-error.ts'
import { useTRPC, useTRPCClient } from '../../api/api-provider.tsx'

const PAGE_ROWS = 200
const RETRY_MILLIS = 2_000
const LIVE_CHART_MILLIS = 5_000

export interface Question {
  readonly query: string
  readonly from: string
  readonly to: string
  readonly live: boolean
  /** False while the query has errors, or nothing was ever stored. */
  readonly askable: boolean
}

/** The answers to the search of the URL: rows page by page, volume by level, errors by service. */
export function useAnswers({ query, from, to, live, askable }: Question) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const asked = useMemo(
    () => ({ query: query === '' ? '*' : query, from_time: from, to_time: to }),
    [query, from, to],
  )
  const listKey = useMemo(() => ['logs', asked] as const, [asked])

  const list = useInfiniteQuery({
    queryKey: listKey,
    queryFn: ({ pageParam, signal }) => {
      const page: SearchInput = { ...asked, limit: PAGE_ROWS, total: 'none' }
      return client.search.query(pageParam === undefined ? page : { ...page, cursor: pageParam }, { signal })
    },
    initialPageParam: FIRST_PAGE,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: askable,
    ...WHEN_SEARCHING,
  })
  const chart = {
    ...WHEN_SEARCHING,
    placeholderData: keepPreviousData,
    enabled: askable,
    trpc: { abortOnUnmount: true },
  }
  const chartInterval = live ? { refetchInterval: LIVE_CHART_MILLIS } : {}
  const volume = useQuery(
    trpc.aggregate.queryOptions({ ...asked, interval: 'auto', by: 'level' }, { ...chart, ...chartInterval }),
  )
  const errors = useQuery(
    trpc.aggregate.queryOptions({ ...asked, interval: 'auto' }, { ...chart, ...chartInterval }),
  )

  const logs = useMemo(() => list.data?.pages.flatMap((page) => page.logs) ?? [], [list.data])
  const refresh = useCallback(() => {
    // Only the newest page is asked for again: the older ones follow by scrolling.
    queryClient.setQueryData<InfiniteData<unknown>>(listKey, (old) =>
      old === undefined
        ? undefined
        : { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) },
    )
    void queryClient.invalidateQueries({ queryKey: listKey })
    void queryClient.invalidateQueries(trpc.aggregate.pathFilter())
  }, [queryClient, listKey, trpc])
  const cancel = useCallback(() => {
    void queryClient.cancelQueries({ queryKey: ['logs'] })
    void queryClient.cancelQueries(trpc.aggregate.pathFilter())
  }, [queryClient, trpc])
  const { fetchNextPage } = list

  return {
    logs,
    volume: volume.data,
    /** The volume shown belongs to an earlier search. */
    volumeOutdated: volume.isPlaceholderData,
    errors: errors.data,
    tookMillis: list.data?.pages[0]?.took_ms,
    readBytes: readBytes(list.data?.pages[0], volume.data),
    error: useSteadyError(list),
    /** There was an answer to this or an earlier search. */
    answered: list.data !== undefined,
    /** The rows shown belong to an earlier search. */
    outdated: list.isPlaceholderData,
    searching: (list.isFetching && !list.isFetchingNextPage) || (volume.isFetching && !live),
    hasMore: list.hasNextPage && !list.isPlaceholderData,
    loadingMore: list.isFetchingNextPage,
    loadMore: useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]),
    refresh,
    cancel,
  }
}

/** Bytes that list and chart had to look at, once both have an answer. */
function readBytes(list: SearchOutput | undefined, volume: AggregateOutput | undefined): number | undefined {
  return list === undefined || volume === undefined ? undefined : list.read.bytes + volume.read.bytes
}

const FIRST_PAGE: string | undefined = undefined

/** An error that passes is asked away by itself; what was found is forgotten once another search is shown. */
const WHEN_SEARCHING = {
  gcTime: 0,
  retry: false,
  refetchInterval: ({ state }: { state: { error: unknown; status: string } }) =>
    state.status === 'error' && apiErrorOf(state.error).transient ? RETRY_MILLIS : false,
} as const

/** The error of the last answer: it stays while the question is asked again, so that nothing flickers. */
function useSteadyError(list: {
  isError: boolean
  isSuccess: boolean
  isPlaceholderData: boolean
  error: unknown
}): ApiError | undefined {
  const last = useRef<ApiError>(undefined)
  if (list.isError) last.current = apiErrorOf(list.error)
  else if (list.isSuccess && !list.isPlaceholderData) last.current = undefined
  return last.current
}
