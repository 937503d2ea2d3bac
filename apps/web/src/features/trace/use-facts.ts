'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTRPC } from '../../api/api-provider.tsx'
import { factsOf, type TraceFacts, worstFirst } from './prepare-facts.ts'
import { ANY_TIME, type Lines } from './use-lines.ts'

/** The commonest; a trace that went through more services than this is shown without the rest. */
const MAX_SERVICES = 100

/** The facts of a trace: from its lines where they are all there, else counted by the store. */
export function useFacts(query: string, lines: Lines): TraceFacts | undefined {
  const trpc = useTRPC()
  const enabled = lines.logs !== undefined && !lines.whole
  const all = { query, ...ANY_TIME }
  const services = useQuery(
    trpc.aggregate.queryOptions(
      { ...all, interval: 'none', by: 'service', limit: MAX_SERVICES },
      { enabled },
    ),
  ).data
  const levels = useQuery(
    trpc.aggregate.queryOptions({ ...all, interval: 'none', by: 'level' }, { enabled }),
  ).data
  const one = { limit: 1, total: 'none' } as const
  const last = useQuery(trpc.search.queryOptions({ ...all, ...one }, { enabled })).data
  const errors = useQuery(
    trpc.search.queryOptions(
      { ...all, ...one, query: `${query} level>=error`, order: 'oldest' },
      { enabled },
    ),
  ).data
  const { logs, whole, total } = lines
  return useMemo(() => {
    if (logs === undefined || whole) return factsOf(logs ?? [])
    const [first] = logs
    const [newest] = last?.logs ?? []
    if (first === undefined || newest === undefined) return undefined
    return {
      total,
      first,
      last: newest,
      services: services?.top ?? [],
      levels: worstFirst(levels?.top ?? []),
      firstError: errors?.logs[0],
    }
  }, [logs, whole, total, services, levels, last, errors])
}
