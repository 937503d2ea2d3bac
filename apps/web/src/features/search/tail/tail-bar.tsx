'use client'

import { ArrowDown, ArrowUp, Eraser, Pause, Play } from 'lucide-react'
import { TEST_IDS } from '../../../test-ids.ts'
import { ToolButton } from '../log-list/toolbar/tool-button.tsx'
import { rateText } from './tail-words.ts'
import type { Tail } from './use-tail.ts'

const LAG_MILLIS = 2_000
const number = (value: number) => value.toLocaleString('en')

/** Begins the row above the list while live: how the tail stands, what came of it, and what can be done with it. */
export function TailBar({ tail, onResume }: { tail: Tail; onResume(): void }) {
  const { state, view, rate } = tail
  const { shown, waiting, matched, skipped } = view.counts
  return (
    <>
      <span
        className="inline-flex items-center gap-1.5 pl-1 text-xs font-semibold whitespace-nowrap text-accent"
        role="status"
        data-testid={TEST_IDS.tailState}
      >
        <span
          aria-hidden
          className={`size-2 rounded-full ${state === 'live' && !view.paused ? 'bg-accent' : 'border border-accent'}`}
        />
        {stateText(tail)}
      </span>
      <ToolButton
        label={view.paused ? 'Resume (p)' : 'Pause (p)'}
        testId={TEST_IDS.tailPause}
        onClick={view.paused ? onResume : tail.pause}
      >
        {view.paused ? <Play size={13} aria-hidden /> : <Pause size={13} aria-hidden />}
        <span className="max-md:sr-only">{view.paused ? 'Resume' : 'Pause'}</span>
      </ToolButton>
      <ToolButton label="Clear the list (L)" testId={TEST_IDS.tailClear} onClick={tail.clear}>
        <Eraser size={13} aria-hidden />
        <span className="max-md:sr-only">Clear</span>
      </ToolButton>
      {state !== 'connecting' && state !== 'off' && (
        <span
          data-testid={TEST_IDS.tailStats}
          data-shown={shown}
          data-waiting={waiting}
          data-skipped={skipped}
          data-matched={matched}
          className="ml-1 min-w-0 text-xs text-dim tabular-nums"
        >
          {rate !== undefined && <span className="mr-2 inline-block min-w-[5ch]">{rateText(rate)}/s</span>}
          {number(shown)} shown{waiting > 0 && `, ${number(waiting)} waiting`} of {number(matched)} matched
          {skipped > 0 && (
            <strong
              className="font-semibold text-warn"
              title="More came than can be read. Narrow the query to see all of it, or search: everything is stored."
            >
              {' '}
              · {number(skipped)} skipped<span className="max-lg:sr-only">, narrow the query</span>
            </strong>
          )}
          <Behind millis={tail.lagMillis} />
          {view.letGo > 0 && (
            <span className="text-faint max-xl:hidden">
              {' '}
              · the newest {number(view.size)} are kept here, search finds all
            </span>
          )}
        </span>
      )}
    </>
  )
}

function Behind({ millis = 0 }: { millis: number | undefined }) {
  if (millis <= LAG_MILLIS) return null
  return <span className="text-warn"> · {Math.round(millis / 1_000)} s behind</span>
}

function stateText({ state, view, error }: Tail): string {
  if (error !== undefined) return error.title
  if (state === 'connecting' || state === 'off') return 'Connecting…'
  if (state === 'lost') return 'Connection lost, trying again…'
  return view.paused ? 'Paused' : 'Live'
}

/** Stands over the rows while paused, at the end where new ones come. */
export function ResumeButton(props: { waiting: number; end: 'first' | 'last'; onResume(): void }) {
  const { waiting, end, onResume } = props
  const Arrow = end === 'first' ? ArrowUp : ArrowDown
  return (
    <button
      type="button"
      data-testid={TEST_IDS.resume}
      onClick={onResume}
      className={`absolute left-1/2 z-10 inline-flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-accent px-3.5 text-xs font-semibold text-on-accent tabular-nums shadow-pop ${end === 'first' ? 'top-8 max-sm:top-2' : 'bottom-4'}`}
    >
      <Arrow size={14} aria-hidden />
      Resume ({number(waiting)} new)
    </button>
  )
}
