'use client'

import { X } from 'lucide-react'
import { toast } from 'sonner'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { droppedTerms } from '../edit-query.ts'
import type { TimeRange } from '../time-range/time-range.ts'
import { useNearestRange } from './use-nearest-range.ts'

export interface NothingMatchedProps {
  readonly query: string
  readonly range: TimeRange
  readonly rangeLabel: string
  readonly live: boolean
  /** Whether the range holds logs that the query does not find; undefined where that is not known. */
  readonly holdsLogs: boolean | undefined
  /** There can be logs after the range. */
  readonly isPast: boolean
  readonly wider: TimeRange | undefined
  onRange(range: TimeRange): void
  onQuery(query: string): void
  onLatest(): void
}

/** There are logs, but none here: whether it is the query or the time that finds none, and the ways on. */
export function NothingMatched(props: NothingMatchedProps) {
  const { query, range, wider, holdsLogs } = props
  const isQuery = query !== '' && holdsLogs !== false
  const nearest = useNearestRange()
  async function goTo(side: 'before' | 'after') {
    const found = await nearest(query, range, side).catch(() => undefined)
    if (found === undefined) toast(`No stored event matches this query ${side} this time.`)
    else props.onRange(found)
  }
  return (
    <div
      data-testid={TEST_IDS.nothingMatched}
      className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto px-4 pt-[9vh] text-center"
    >
      <p className="text-[15px] font-semibold">
        {isQuery ? 'Nothing matches this query' : 'There are no logs'} in this time
      </p>
      {isQuery && (
        <code className="mt-2 line-clamp-4 max-w-full shrink-0 rounded bg-sunken px-2 py-0.5 break-all">
          {query}
        </code>
      )}
      <p className="mt-1.5 text-dim">
        {props.rangeLabel}
        {props.live && ' · following, nothing has arrived since'}
      </p>
      {query !== '' && holdsLogs !== undefined && (
        <p className="mt-0.5 text-dim">
          {holdsLogs
            ? 'There are other logs in this time.'
            : 'No query finds any: the time holds none at all.'}
        </p>
      )}
      <div className="mt-4 flex flex-wrap justify-center gap-2">
        {wider !== undefined && <Button onClick={() => props.onRange(wider)}>Widen range</Button>}
        {isQuery && <Button onClick={() => props.onQuery('')}>Clear query</Button>}
        {props.isPast && <Button onClick={() => void goTo('before')}>Newest before</Button>}
        {props.isPast && <Button onClick={() => void goTo('after')}>Oldest after</Button>}
        <Button onClick={props.onLatest}>Jump to latest</Button>
      </div>
      {isQuery && <Filters query={query} onQuery={props.onQuery} />}
    </div>
  )
}

/** A query of more terms was made by a program, or is better mended in its bar. */
const MOST_TERMS = 12

/** The terms of the query, each to be taken away by itself. */
function Filters({ query, onQuery }: { query: string; onQuery(query: string): void }) {
  const dropped = droppedTerms(query).slice(0, MOST_TERMS)
  if (dropped.length === 0) return null
  return (
    <div className="mt-4 flex max-w-full flex-wrap items-center justify-center gap-1.5 pb-4">
      <span className="text-dim">Without</span>
      {dropped.map(({ term, rest }) => (
        <button
          key={term}
          type="button"
          aria-label={`Search without ${term}`}
          onClick={() => onQuery(rest)}
          className="inline-flex h-7 max-w-80 items-center gap-1 rounded-md border border-line-strong px-2 font-mono text-xs hover:bg-hover"
        >
          <span className="truncate">{term}</span>
          <X size={12} aria-hidden className="shrink-0 text-faint" />
        </button>
      ))}
    </div>
  )
}
