'use client'

import { ArrowUp } from 'lucide-react'
import { TEST_IDS } from '../../../test-ids.ts'
import type { Tail } from './use-tail.ts'

const number = (value: number) => value.toLocaleString('en')

/** Below the chart while live: what the tail has shown, what matched, and what it had to skip. */
export function TailBar({ tail }: { tail: Tail }) {
  const { stats, state, buffer } = tail
  const lagging = (stats?.lag_ms ?? 0) > 2_000
  return (
    <div className="flex h-7 shrink-0 items-center gap-x-3 overflow-hidden border-y border-line bg-accent-soft px-3 text-xs whitespace-nowrap">
      <span className="inline-flex items-center gap-1.5 font-semibold text-accent" role="status">
        <span
          aria-hidden
          className={`size-2 rounded-full ${state === 'live' && !buffer.paused ? 'bg-accent' : 'border border-accent'}`}
        />
        {stateText(tail)}
      </span>
      {stats !== undefined && (
        <span data-testid={TEST_IDS.tailStats} className="text-dim tabular-nums">
          {number(stats.shown)} shown of {number(stats.matched)} matched
          {stats.skipped > 0 && (
            <strong className="font-semibold text-warn">
              {' '}
              · {number(stats.skipped)} skipped, narrow the query
            </strong>
          )}
          {lagging && (
            <span className="text-warn"> · {Math.round((stats?.lag_ms ?? 0) / 1_000)} s behind</span>
          )}
        </span>
      )}
      {buffer.dropped > 0 && (
        <span className="truncate text-faint max-sm:hidden">
          the newest {number(buffer.rows.length)} are kept here, search finds all
        </span>
      )}
    </div>
  )
}

function stateText({ state, buffer, error }: Tail): string {
  if (error !== undefined) return error.title
  if (state === 'connecting') return 'Connecting…'
  if (state === 'lost') return 'Connection lost, trying again…'
  return buffer.paused ? 'Paused' : 'Live'
}

/** Stands over the rows while paused. */
export function ResumeButton({ waiting, onResume }: { waiting: number; onResume(): void }) {
  return (
    <button
      type="button"
      data-testid={TEST_IDS.resume}
      onClick={onResume}
      className="absolute top-2 left-1/2 z-10 inline-flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-accent px-3.5 text-xs font-semibold text-on-accent tabular-nums shadow-pop"
    >
      <ArrowUp size={14} aria-hidden />
      Resume ({number(waiting)} new)
    </button>
  )
}
