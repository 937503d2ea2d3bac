'use client'

import type { LogJson } from '@heartwood/api'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { apiErrorOf } from '../../../../api/api-error.ts'
import { useTRPC } from '../../../../api/api-provider.tsx'
import type { HeldField } from './context-fields.ts'

const FIRST_LINES = 15
const MORE_LINES = 50
/** As many as the API gives to one side. */
const MAX_LINES = 1_000

/** The lines around an event that have the same of the held fields, and more of them to either side when asked. */
export function useContextLines(log: LogJson, held: readonly HeldField[]) {
  const trpc = useTRPC()
  const [asked, setAsked] = useState({ before: FIRST_LINES, after: FIRST_LINES })
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(
    trpc.context.queryOptions(
      { id: log.id, same: held.join(','), ...asked },
      { placeholderData: keepPreviousData, gcTime: 0 },
    ),
  )
  // An answer about another event is no context of this one.
  const answer = data?.log.id === log.id ? data : undefined
  const lines = useMemo(
    () => (answer === undefined ? undefined : [...answer.before, answer.log, ...answer.after]),
    [answer],
  )
  const more = (side: 'before' | 'after') => () =>
    setAsked((now) => ({ ...now, [side]: Math.min(MAX_LINES, now[side] + MORE_LINES) }))
  return {
    /** Oldest first, with the event itself; undefined until there is an answer. */
    lines,
    error: error === null ? undefined : apiErrorOf(error),
    fetching: isFetching,
    outdated: isPlaceholderData,
    /** Undefined where there are no more, or no more than can be shown here. */
    moreBefore: answer?.more_before && asked.before < MAX_LINES ? more('before') : undefined,
    moreAfter: answer?.more_after && asked.after < MAX_LINES ? more('after') : undefined,
    refetch: () => void refetch(),
  }
}
