'use client'

import type { AggregateOutput } from '@heartwood/api'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../api/api-provider.tsx'
import type { Question } from '../use-answers.ts'
import { BY_LEVEL } from './by-level.ts'
import { MAX_VALUES } from './prepare-histogram.ts'

const LIVE_MILLIS = 5_000

/**
 * The volume split by the field of the URL. By level it is what the page has asked anyway; another field is a question of
 * its own, and until it is answered the chart stays as it was.
 */
export function useSplit(
  { query, from, to, live, askable }: Omit<Question, 'order'>,
  by: string,
  volume: AggregateOutput | undefined,
): AggregateOutput | undefined {
  const trpc = useTRPC()
  const split = useQuery(
    trpc.aggregate.queryOptions(
      {
        query: query === '' ? '*' : query,
        from_time: from,
        to_time: to,
        interval: 'auto',
        by,
        limit: MAX_VALUES,
      },
      {
        enabled: askable && by !== BY_LEVEL,
        gcTime: 0,
        retry: false,
        placeholderData: keepPreviousData,
        trpc: { abortOnUnmount: true },
        ...(live && { refetchInterval: LIVE_MILLIS }),
      },
    ),
  )
  return by === BY_LEVEL ? volume : (split.data ?? volume)
}
