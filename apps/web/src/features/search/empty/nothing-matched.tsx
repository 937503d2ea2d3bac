'use client'

import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'

/** There are logs, but none here: the three ways on. */
export function NothingMatched(props: {
  query: string
  range: string
  live: boolean
  onWiden: (() => void) | undefined
  onClear(): void
  onLatest(): void
}) {
  const hasQuery = props.query !== ''
  return (
    <div
      data-testid={TEST_IDS.nothingMatched}
      className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto px-4 pt-[9vh] text-center"
    >
      <p className="text-[15px] font-semibold">
        {hasQuery ? 'Nothing matches this query' : 'There are no logs'} in this time
      </p>
      {hasQuery && (
        <code className="mt-2 line-clamp-4 max-w-full shrink-0 rounded bg-sunken px-2 py-0.5 break-all">
          {props.query}
        </code>
      )}
      <p className="mt-1.5 text-dim">
        {props.range}
        {props.live && ' · following, nothing has arrived since'}
      </p>
      <div className="mt-4 flex flex-wrap justify-center gap-2">
        {props.onWiden !== undefined && <Button onClick={props.onWiden}>Widen range</Button>}
        {hasQuery && <Button onClick={props.onClear}>Clear query</Button>}
        <Button onClick={props.onLatest}>Jump to latest</Button>
      </div>
    </div>
  )
}
