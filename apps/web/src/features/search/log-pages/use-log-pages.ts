'use client'

import type { AggregateOutput, LogJson, SearchInput, SearchOutput } from '@heartwood/api'
import { isoFromNanos, nanosFromIso } from '@heartwood/event'
import { type RefObject, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useTRPCClient } from '../../../api/api-provider.tsx'
import { type LogPages, logPages } from './log-pages.ts'
import type { LogSource } from './log-source.ts'

const RETRY_MILLIS = 2_000
/** A reader in the middle of a result gets the new one after this long, found or not. */
const FIND_MILLIS = 3_000
/** `1500ms` holds nine digits; longer ones are whole seconds anyway. */
const MAX_MILLIS_TEXT = 999_999_999

export interface AskedLogs {
  /** The first page with the question it answers. */
  readonly first: { readonly question: SearchInput; readonly answer: SearchOutput } | undefined
  /** The volume over time of the same question; undefined while it is not known. */
  readonly counts: AggregateOutput | undefined
}

export interface ShownPages {
  /** The same one as long as the same is asked, however often. */
  readonly question: SearchInput
  readonly order: 'newest' | 'oldest'
  readonly pages: LogPages
  /** Their first page. */
  readonly answer: SearchOutput
}

/**
 * The rows of an answer by their place. A new first page is a new result; where the reader is in the middle of the one
 * before (`reading` tells the event on top), the new one is shown once that event is found in it.
 */
export function useLogPages(
  { first, counts }: AskedLogs,
  reading: RefObject<() => LogJson | undefined>,
): (ShownPages & { readonly version: number }) | undefined {
  const client = useTRPCClient()
  const [shown, setShown] = useState<ShownPages>()
  const latest = useRef<{ pages: LogPages; counted(): void }>(undefined)
  const before = useRef(shown)
  before.current = shown

  useEffect(() => {
    if (first === undefined) return
    const { question, answer } = first
    const { query = '*', order = 'newest' } = question
    let retry: ReturnType<typeof setTimeout> | undefined
    const pages = logPages(sourceOf(client, query), () => {
      clearTimeout(retry)
      retry = setTimeout(() => pages.lookAgain(), RETRY_MILLIS)
    })
    const rows = order === 'newest' ? answer.logs : answer.logs.toReversed()
    pages.setFirstPage({ rows, more: answer.next_cursor !== null }, order)
    const controller = new AbortController()
    const show = () => {
      if (controller.signal.aborted) return
      setShown((before) => ({
        question: before !== undefined && isSame(before.question, question) ? before.question : question,
        pages,
        order,
        answer,
      }))
    }
    const read = isSame(before.current?.question, question) ? reading.current() : undefined
    if (read === undefined) show()
    const late = setTimeout(show, FIND_MILLIS)
    latest.current = {
      pages,
      counted: () => {
        if (read !== undefined) void pages.find(read, controller.signal).then(show, show)
      },
    }
    return () => {
      clearTimeout(retry)
      clearTimeout(late)
      controller.abort()
      pages.close()
    }
  }, [client, first, reading])

  useEffect(() => {
    if (first === undefined || counts === undefined || latest.current === undefined) return
    const { pages, counted } = latest.current
    if (pages.setCounts(rangeOf(counts), bucketsOf(counts))) counted()
  }, [first, counts])

  const pages = shown?.pages
  const version = useSyncExternalStore(
    pages?.subscribe ?? neverChanges,
    () => pages?.version() ?? 0,
    () => 0,
  )
  return useMemo(() => (shown === undefined ? undefined : { ...shown, version }), [shown, version])
}

function isSame(a: SearchInput | undefined, b: SearchInput): boolean {
  if (a === undefined) return false
  return a.query === b.query && a.from_time === b.from_time && a.to_time === b.to_time && a.order === b.order
}

function sourceOf(client: ReturnType<typeof useTRPCClient>, query: string): LogSource {
  return {
    async page({ from, to, limit, cursor }, signal) {
      const answer = await client.search.query(
        {
          query,
          from_time: isoFromNanos(from),
          to_time: isoFromNanos(to),
          limit,
          total: 'none',
          ...(cursor !== undefined && { cursor }),
        },
        { signal },
      )
      return {
        rows: answer.logs,
        more: answer.next_cursor !== null,
        cursor: answer.next_cursor ?? undefined,
      }
    },
    async counts({ from, to, intervalMillis }, signal) {
      const answer = await client.aggregate.query(
        {
          query,
          from_time: isoFromNanos(from),
          to_time: isoFromNanos(to),
          // The store keeps counts by level: this way nothing else has to be looked at.
          by: 'level',
          interval: intervalMillis > MAX_MILLIS_TEXT ? `${intervalMillis / 1_000}s` : `${intervalMillis}ms`,
        },
        { signal },
      )
      return bucketsOf(answer)
    },
  }
}

function rangeOf(volume: AggregateOutput) {
  return { from: nanosFromIso(volume.from_time) ?? 0n, to: nanosFromIso(volume.to_time) ?? 0n }
}

function bucketsOf(volume: AggregateOutput) {
  return volume.buckets.map(({ start, count }) => ({ start: nanosFromIso(start) ?? 0n, count }))
}

function neverChanges(): () => void {
  return () => undefined
}
