'use client'

import type { LogJson, TailStats } from '@heartwood/api'
import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { EMPTY_TAIL, TAIL_ROWS, type TailBuffer, tailReducer } from './tail-buffer.ts'
import { followTail } from './tail-stream.ts'

/** How often arrived rows are put on the page: often enough to feel live, seldom enough to be read. */
const FLUSH_MILLIS = 200

export interface Tail {
  readonly buffer: TailBuffer
  readonly stats: TailStats | undefined
  readonly state: 'off' | 'connecting' | 'live' | 'lost'
  /** Why the tail ended for good. */
  readonly error: ApiError | undefined
  /** Rows of the last flush, newest first, to be marked as new. */
  readonly fresh: number
  pause(): void
  resume(): void
}

/** Follows a query while `enabled`; `onConnectedAgain` is told when events may have been missed in between. */
export function useTail(options: { query: string; enabled: boolean; onConnectedAgain(): void }): Tail {
  const { query, enabled } = options
  const [buffer, dispatch] = useReducer(tailReducer, EMPTY_TAIL)
  const [stats, setStats] = useState<TailStats>()
  const [state, setState] = useState<Tail['state']>('off')
  const [error, setError] = useState<ApiError>()
  const [fresh, setFresh] = useState(0)
  const connectedAgain = useRef(options.onConnectedAgain)
  connectedAgain.current = options.onConnectedAgain

  useEffect(() => {
    dispatch({ kind: 'cleared' })
    setStats(undefined)
    setError(undefined)
    setState(enabled ? 'connecting' : 'off')
    if (!enabled) return
    const controller = new AbortController()
    const inbox = makeInbox((logs) => {
      setFresh(logs.length)
      dispatch({ kind: 'arrived', logs })
    })
    void followTail(
      { url: `/api/v1/tail?${new URLSearchParams({ query })}`, signal: controller.signal },
      {
        onConnected(again) {
          setState('live')
          if (again) connectedAgain.current()
        },
        onLogs: inbox.put,
        onStats(next) {
          setStats(next)
          setState('live')
        },
        onGap: () => setState('lost'),
        onRefused(refusal) {
          setState('off')
          setError(refusal)
        },
      },
    )
    return () => {
      controller.abort()
      inbox.close()
    }
  }, [query, enabled])

  return {
    buffer,
    stats,
    state,
    error,
    fresh,
    pause: useCallback(() => dispatch({ kind: 'paused' }), []),
    resume: useCallback(() => dispatch({ kind: 'resumed' }), []),
  }
}

/** Collects rows for a moment; a hidden tab, whose timers are slow, keeps no more than the page would show. */
function makeInbox(flush: (logs: LogJson[]) => void): { put(logs: readonly LogJson[]): void; close(): void } {
  let waiting: LogJson[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    put(logs) {
      waiting = [...waiting, ...logs].slice(-TAIL_ROWS)
      timer ??= setTimeout(() => {
        timer = undefined
        const arrived = waiting
        waiting = []
        flush(arrived)
      }, FLUSH_MILLIS)
    },
    close: () => clearTimeout(timer),
  }
}
