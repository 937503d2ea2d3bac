'use client'

import type { ReactNode } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button, Key } from '../../../ui/button.tsx'
import { useDelayed } from '../../../ui/use-delayed.ts'
import { isoLikeIn } from '../../time-zone/format-time.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import type { PartialAnswer } from './ask-page.ts'
import { progressText } from './prepare-progress.ts'

const SLOW_MILLIS = 1_000

/**
 * Over the foot of the list, so that nothing moves: how far a search is that takes its time, with the way to end it; and
 * once it was ended, that the answer is a part, with the way to go on.
 */
export function SearchProgress(props: {
  readonly searching: boolean
  /** The rows are there, and only their number is missing. */
  readonly counting: boolean
  readonly partial: PartialAnswer | undefined
  onCancel(): void
  onGoOn(): void
}) {
  const { searching, counting, partial, onCancel, onGoOn } = props
  const slow = useDelayed(searching, SLOW_MILLIS)
  const looked = <Looked partial={partial} />
  if (searching)
    return slow ? (
      <Bar>
        <span>
          {counting ? 'Counting…' : 'Searching…'} {looked}
        </span>
        <Button testId={TEST_IDS.cancelSearch} onClick={onCancel}>
          Cancel <Key>Esc</Key>
        </Button>
      </Bar>
    ) : null
  if (partial === undefined || partial.state === 'searching') return null
  return (
    <Bar>
      <span>
        <strong className="font-semibold text-text">
          {partial.state === 'stopped' ? 'Stopped: this is part of the answer.' : partial.state.failed.title}
        </strong>{' '}
        {looked}
      </span>
      <Button testId={TEST_IDS.goOn} onClick={onGoOn}>
        Go on
      </Button>
    </Bar>
  )
}

function Bar({ children }: { children: ReactNode }) {
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 z-20 flex justify-center px-3">
      <div
        role="status"
        data-testid={TEST_IDS.searchProgress}
        className="pointer-events-auto flex max-w-full items-center gap-3 rounded-lg border border-line-strong bg-raised py-1.5 pr-1.5 pl-3 text-xs text-dim shadow-pop tabular-nums"
      >
        {children}
      </div>
    </div>
  )
}

/** What was looked through, and as far as which time. */
function Looked({ partial }: { partial: PartialAnswer | undefined }) {
  const { zone } = useTimeZone()
  const progress = partial?.found.progress
  if (progress === undefined) return null
  return (
    <>
      {progressText(progress)} looked through
      {progress.reached !== null &&
        `, as far as ${isoLikeIn(zone, Date.parse(progress.reached)).slice(0, 19)}`}
    </>
  )
}
