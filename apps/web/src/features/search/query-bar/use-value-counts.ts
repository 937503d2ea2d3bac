'use client'

import { useMemo } from 'react'
import { useTRPCClient } from '../../../api/api-provider.tsx'
import type { Suggestions, ValueCount } from './suggestions.ts'

/** Values that are asked for at once; a field with more is asked again for those that begin as typed. */
const MAX_VALUES = 200
/** Who has typed on by then does not miss them. */
const TIMEOUT_MILLIS = 3_000
const MAX_KEPT = 50

/** Counts of values in a time range, by the API; each answer is kept as long as the range is. */
export function useValueCounts(from: string, to: string): Suggestions['values'] {
  const client = useTRPCClient()
  return useMemo(() => {
    const kept = new Map<string, readonly ValueCount[]>()
    async function counted(field: string, query: string, signal: AbortSignal) {
      const key = JSON.stringify([field, query])
      const known = kept.get(key)
      if (known !== undefined) return known
      const { top } = await client.aggregate.query(
        { query, from_time: from, to_time: to, interval: 'none', by: field, limit: MAX_VALUES },
        { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLIS)]) },
      )
      if (kept.size >= MAX_KEPT) kept.clear()
      kept.set(key, top)
      return top
    }
    return async (field, query, typed, signal) => {
      try {
        const commonest = await counted(field, query, signal)
        if (commonest.length < MAX_VALUES || typed === '') return commonest
        const narrowed = query === '*' ? '' : `(${query}) `
        return await counted(field, `${narrowed}${beginningWith(field, typed)}`, signal)
      } catch {
        // Gone on, too slow, or refused: suggestions are a help, not an answer.
        return undefined
      }
    }
  }, [client, from, to])
}

function beginningWith(field: string, typed: string): string {
  const escaped = typed.replace(/[^\p{L}\p{N}_.@]/gu, '\\$&')
  return `"${field.replace(/["\\]/g, '\\$&')}":${escaped}*`
}
