'use client'

import type { LogJson, SearchInput } from '@heartwood/api'
import { useCallback, useRef } from 'react'
import { useTRPCClient } from '../../api/api-provider.tsx'
import type { ListedRows } from './log-pages/listed-rows.ts'
import type { LogPages } from './log-pages/log-pages.ts'

/**
 * From one error (level error or fatal) to the next: the nearest of the rows that are held, where nothing in between is
 * not held, else the one the server finds. Resolves to false where there is none.
 */
export function useErrorSteps(options: {
  question: SearchInput | undefined
  rows: ListedRows
  pages: LogPages | undefined
  at: number | undefined
  activate(index: number): void
}): (step: 1 | -1) => Promise<boolean> {
  const client = useTRPCClient()
  const latest = useRef(options)
  latest.current = options
  const going = useRef<AbortController>(undefined)
  return useCallback(
    async (step) => {
      going.current?.abort()
      const controller = new AbortController()
      going.current = controller
      const { question, rows, at } = latest.current
      const near = nearError(rows, at, step)
      if (near.kind === 'found') {
        latest.current.activate(near.index)
        return true
      }
      if (near.kind === 'none' || question === undefined) return false
      const { order = 'newest' } = question
      const { logs } = await client.search.query(
        {
          ...question,
          level: 'error,fatal',
          order: step === 1 ? order : order === 'newest' ? 'oldest' : 'newest',
          limit: 1,
          ...(near.from !== undefined && { after: `${near.from['@timestamp']},${near.from.id}` }),
        },
        { signal: controller.signal },
      )
      const [next] = logs
      if (next === undefined) return false
      await latest.current.pages?.find(next, controller.signal)
      const index = latest.current.rows.indexOf(next.id)
      if (index !== undefined) latest.current.activate(index)
      return index !== undefined
    },
    [client],
  )
}

type Near =
  | { readonly kind: 'found'; readonly index: number }
  /** The end of the list was reached. */
  | { readonly kind: 'none' }
  /** From this event on the rows are not held. */
  | { readonly kind: 'unknown'; readonly from: LogJson | undefined }

function nearError(rows: ListedRows, at: number | undefined, step: 1 | -1): Near {
  let index = (at ?? -1) + step
  let from = at === undefined ? undefined : rows.rowAt(at)
  for (; index >= 0 && index < rows.total; index += step) {
    const log = rows.rowAt(index)
    if (log === undefined) return { kind: 'unknown', from }
    if (log.level === 'error' || log.level === 'fatal') return { kind: 'found', index }
    from = log
  }
  return { kind: 'none' }
}
