'use client'

import type { LogJson } from '@heartwood/api'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { type ApiError, apiErrorOf } from '../../../api/api-error.ts'
import { useTRPC } from '../../../api/api-provider.tsx'

/** The event whose details are shown, by the id of the URL. */
export type OpenEvent =
  | { readonly state: 'loading' }
  | { readonly state: 'found'; readonly log: LogJson }
  /** No event has this id, or not any more. */
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly error: ApiError }

/** Taken from the rows where it is one of them, else asked for; undefined while none is open. */
export function useOpenEvent(
  id: string | null,
  heldLog: (id: string) => LogJson | undefined,
): OpenEvent | undefined {
  const trpc = useTRPC()
  // Rows come and go under what is being read: the event stays as it was.
  const last = useRef<LogJson>(undefined)
  const known =
    (id === null ? undefined : heldLog(id)) ?? (last.current?.id === id ? last.current : undefined)
  const asked = useQuery(
    trpc.log.queryOptions({ id: id ?? '' }, { enabled: id !== null && known === undefined, gcTime: 0 }),
  )
  const log = known ?? asked.data
  last.current = log
  if (id === null) return undefined
  if (log !== undefined) return { state: 'found', log }
  if (!asked.isError) return { state: 'loading' }
  const error = apiErrorOf(asked.error)
  // An id that is no id at all was refused before it was looked for.
  const isMissing = error.code === 'not_found' || error.code === 'invalid_parameter'
  return isMissing ? { state: 'missing' } : { state: 'failed', error }
}
