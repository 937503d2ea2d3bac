'use client'

import type { DeadLettersOutput, ReplayOutput } from '@heartwood/api'
import { RotateCcw, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { ConfirmDismiss } from './confirm-dismiss.tsx'
import type { filterOf } from './letters-url.ts'
import { type Changes, count } from './use-changes.ts'

/** How many there are, and what can be done with all of them. */
export function LetterActions(props: {
  page: DeadLettersOutput
  filter: ReturnType<typeof filterOf>
  isFiltered: boolean
  changes: Changes
}) {
  const { page, filter, isFiltered, changes } = props
  // What comes while the question is read was not counted.
  const [asking, setAsking] = useState<{ readonly until: string; readonly letters: number }>()
  const which = isFiltered ? filter : { all: true as const }
  return (
    <>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <p data-testid={TEST_IDS.letterCount} className="mr-auto">
          <strong className="font-semibold">{count(page.matching)}</strong>
          {isFiltered && <span className="text-dim"> of {page.total.toLocaleString('en')} match</span>}
          {page.dropped > 0 && (
            <span className="text-dim">
              , {page.dropped.toLocaleString('en')} older ones are no longer kept
            </span>
          )}
        </p>
        {page.replayable > 0 && (
          <Button
            testId={TEST_IDS.replayAll}
            disabled={changes.isReplaying}
            onClick={() => changes.replay(which)}
          >
            <RotateCcw size={14} aria-hidden />
            {isFiltered ? 'Replay all that match' : 'Replay all'} ({page.replayable.toLocaleString('en')})
          </Button>
        )}
        {page.matching > 0 && (
          <Button
            testId={TEST_IDS.dismissAll}
            onClick={() => setAsking({ until: new Date().toISOString(), letters: page.matching })}
          >
            <Trash2 size={14} aria-hidden />
            {isFiltered ? 'Dismiss all that match' : 'Dismiss all'} ({page.matching.toLocaleString('en')})
          </Button>
        )}
      </div>
      {changes.progress !== undefined && <Progress progress={changes.progress} onClose={changes.forget} />}
      <ConfirmDismiss
        letters={asking?.letters}
        onClose={() => setAsking(undefined)}
        onConfirm={() =>
          changes.dismiss({ ...filter, to_time: filter.to_time ?? asking?.until ?? new Date().toISOString() })
        }
      />
    </>
  )
}

function Progress({ progress, onClose }: { progress: ReplayOutput; onClose(): void }) {
  const { state, replayable, replayed, failed_again, error } = progress
  const done = replayed + failed_again
  return (
    <div
      role="status"
      data-testid={TEST_IDS.replayProgress}
      className="mt-2 rounded-md border border-line bg-panel px-3 py-2"
    >
      <div className="flex items-center gap-2">
        <p className="min-w-0 flex-1">{sentence(progress)}</p>
        {(state === 'done' || state === 'failed') && (
          <IconButton small label="Close" onClick={onClose}>
            <X size={14} aria-hidden />
          </IconButton>
        )}
      </div>
      {state !== 'done' && state !== 'failed' && (
        <ProgressBar label="Replay" share={done / Math.max(1, replayable)} className="mt-1.5 w-full" />
      )}
      {error !== null && (
        <p className="mt-1 text-error">It stopped: {error} The others are letters as before.</p>
      )}
    </div>
  )
}

function sentence({ state, matched, replayable, queued, replayed, failed_again }: ReplayOutput): string {
  const rest = matched - replayable
  const cannot = rest === 0 ? '' : ` ${count(rest)} cannot be replayed.`
  const outcome = [
    ...(replayed > 0 ? [`${replayed.toLocaleString('en')} gone`] : []),
    ...(failed_again > 0 ? [`${failed_again.toLocaleString('en')} failed again`] : []),
  ].join(', ')
  switch (state) {
    case 'counted':
    case 'queueing':
    case 'indexing':
      return `Replaying ${count(replayable)}${outcome === '' ? '' : `: ${outcome}`}…`
    case 'done':
    case 'failed':
      return `Replayed ${count(queued)}${outcome === '' ? '' : `: ${outcome}`}.${cannot}`
  }
}
