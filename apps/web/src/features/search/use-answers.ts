'use client'

import type { AggregateOutput, MissingJson, SearchOutput } from '@heartwood/api'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import { type ApiError, apiErrorOf } from '../../api/api-error.ts'
import { useTRPC } from '../../api/api-provider.tsx'
import { useDelayed } from '../../ui/use-delayed.ts'
import { type AskedPage, askPage } from './long-search/ask-page.ts'
import type { FoundSoFar } from './long-search/stream-search.ts'

/** Some screens full: the rest is asked for where it is looked at. */
const FIRST_ROWS = 200
const RETRY_MILLIS = 2_000
const LIVE_CHART_MILLIS = 5_000
const ROWS_FIRST_MILLIS = 300

export interface Question {
  readonly query: string
  readonly from: string
  readonly to: string
  readonly live: boolean
  readonly order: 'newest' | 'oldest'
  /** False while the query has errors, or nothing was ever stored. */
  readonly askable: boolean
}

/** The answers to the search of the URL: the first rows, volume by level, errors by service. */
export function useAnswers({ query, from, to, live, order, askable }: Question) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const asked = useMemo(
    () => ({ query: query === '' ? '*' : query, from_time: from, to_time: to }),
    [query, from, to],
  )
  // Going live asks again: the tail begins now, and what came since the last answer would be missing.
  const firstKey = useMemo(() => ['logs', asked, order, live] as const, [asked, order, live])

  const stop = useRef(new AbortController())
  /** Where the next question of a key begins that was stopped before. */
  const goingOn = useRef<{ key: typeof firstKey; found: FoundSoFar }>(undefined)
  const list = useQuery({
    queryKey: firstKey,
    queryFn: ({ signal }) => {
      const from = goingOn.current?.key === firstKey ? goingOn.current.found : undefined
      goingOn.current = undefined
      stop.current = new AbortController()
      // What is being read stays until the new answer is whole.
      const isRead = from === undefined && isWhole(queryClient.getQueryData<AskedPage>(firstKey))
      return askPage(
        { ...asked, order, limit: FIRST_ROWS, total: 'none' },
        {
          signal,
          stop: stop.current.signal,
          from,
          onPart: (page) => isRead || queryClient.setQueryData<AskedPage>(firstKey, page),
        },
      )
    },
    placeholderData: keepPreviousData,
    // Every answer is a new one, also where it says the same.
    structuralSharing: false,
    enabled: askable,
    ...WHEN_SEARCHING,
  })
  // The engine answers few questions at once: the rows come first, and say how far they are where they take long.
  const mayCount = useDelayed(list.isFetching, ROWS_FIRST_MILLIS) || !list.isFetching
  const chart = {
    ...WHEN_SEARCHING,
    placeholderData: keepPreviousData,
    enabled: askable && mayCount,
    trpc: { abortOnUnmount: true },
  }
  const chartInterval = live ? { refetchInterval: LIVE_CHART_MILLIS } : {}
  const volume = useQuery(
    trpc.aggregate.queryOptions({ ...asked, interval: 'auto', by: 'level' }, { ...chart, ...chartInterval }),
  )
  const errors = useQuery(
    trpc.aggregate.queryOptions({ ...asked, interval: 'none' }, { ...chart, ...chartInterval }),
  )

  const refresh = useCallback(() => {
    void queryClient.invalidateQueries({ queryKey: firstKey })
    void queryClient.invalidateQueries(trpc.aggregate.pathFilter())
  }, [queryClient, firstKey, trpc])
  const cancel = useCallback(() => {
    stop.current.abort()
    void queryClient.cancelQueries(trpc.aggregate.pathFilter())
  }, [queryClient, trpc])
  const partial = list.isPlaceholderData ? undefined : list.data?.partial
  const goOn = useCallback(() => {
    if (partial !== undefined) goingOn.current = { key: firstKey, found: partial.found }
    refresh()
  }, [partial, firstKey, refresh])

  return {
    /** The first rows with the question they answer, which is the one before until there is an answer. */
    first: list.data,
    /** The volume of the same question; undefined while it is being asked for. */
    counts: volume.isPlaceholderData || volume.isFetching || list.isPlaceholderData ? undefined : volume.data,
    volume: unlessStopped(volume, mayCount),
    /** The volume shown belongs to an earlier search. */
    volumeOutdated: volume.isPlaceholderData,
    errors: unlessStopped(errors, mayCount),
    /** The counting was stopped before there was an answer. */
    uncounted: askable && mayCount && !volume.isFetching && unlessStopped(volume, mayCount) === undefined,
    /** Says that the rows are a part of the answer, and which; undefined where they are all. */
    partial,
    tookMillis: list.data?.answer.took_ms,
    readBytes: readBytes(list.data?.answer, volume.data),
    fetchedBytes: (list.data?.answer.read.fetched ?? 0) + (volume.data?.read.fetched ?? 0),
    missing: useMissing(list.data?.answer, volume.data),
    error: useSteadyError(list),
    /** There was an answer to this or an earlier search. */
    answered: list.data !== undefined,
    /** The rows shown belong to an earlier search. */
    outdated: list.isPlaceholderData,
    /** The first rows are being asked for. */
    asking: list.isFetching,
    searching: list.isFetching || (volume.isFetching && !live),
    refresh,
    cancel,
    goOn,
  }
}

function isWhole(page: AskedPage | undefined): boolean {
  return page !== undefined && page.partial === undefined
}

/** An answer to an earlier question stands in only as long as there is one to come. */
function unlessStopped<Data>(
  asked: { data: Data | undefined; isPlaceholderData: boolean; isFetching: boolean },
  begun: boolean,
): Data | undefined {
  return begun && asked.isPlaceholderData && !asked.isFetching ? undefined : asked.data
}

/** Bytes that list and chart had to look at, once both have an answer. */
function readBytes(list: SearchOutput | undefined, volume: AggregateOutput | undefined): number | undefined {
  return list === undefined || volume === undefined ? undefined : list.read.bytes + volume.read.bytes
}

/** What list or chart lack, each part once: the chart may know by counts what the list cannot show. */
function useMissing(
  list: SearchOutput | undefined,
  volume: AggregateOutput | undefined,
): readonly MissingJson[] {
  const [ofList, ofVolume] = [list?.read.missing, volume?.read.missing]
  return useMemo(() => {
    const parts = [...(ofVolume ?? []), ...(ofList ?? [])]
    return [...new Map(parts.map((part) => [`${part.tier} ${part.from} ${part.reason}`, part])).values()]
  }, [ofList, ofVolume])
}

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
