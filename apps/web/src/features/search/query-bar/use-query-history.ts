'use client'

import { useCallback, useEffect, useState } from 'react'
import { readHistory, withQuery, writeHistory } from './query-history.ts'

export interface QueryHistory {
  readonly queries: readonly string[]
  add(query: string): void
  remove(query: string): void
  clear(): void
}

/** The queries run in this browser. Each change begins from what the storage has: other tabs run queries too. */
export function useQueryHistory(): QueryHistory {
  const [queries, setQueries] = useState<readonly string[]>([])
  useEffect(() => setQueries(readHistory(localStorage)), [])
  const change = useCallback((changed: (history: readonly string[]) => readonly string[]) => {
    const next = changed(readHistory(localStorage))
    writeHistory(localStorage, next)
    setQueries(next)
  }, [])
  return {
    queries,
    add: useCallback((query) => change((history) => withQuery(history, query)), [change]),
    remove: useCallback((query) => change((history) => history.filter((each) => each !== query)), [change]),
    clear: useCallback(() => change(() => []), [change]),
  }
}
