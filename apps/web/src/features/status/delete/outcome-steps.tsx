'use client'

import { useEffect, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { spanText } from '../../../ui/span-text.ts'
import { countText } from '../live/prepare-cards.ts'
import { logsHref } from '../storage/prepare-days.ts'
import { ScopeLines } from './scope-lines.tsx'
import type { DeleteControls, DeleteStep } from './use-delete.ts'

interface StepProps<Kind extends DeleteStep['kind']> {
  readonly step: Extract<DeleteStep, { kind: Kind }>
  readonly controls: DeleteControls
}

/** Files are written anew without the logs; how far that is cannot be seen from outside, since it counts all at once. */
export function RunningStep({ step, controls }: StepProps<'running'>) {
  const elapsed = useElapsed(step.at)
  return (
    <div className="mt-2">
      <p role="status" className="font-semibold">
        Deleting {countText(step.counted.matched)} {step.counted.matched === 1 ? 'log' : 'logs'}…
      </p>
      <div
        role="progressbar"
        aria-label="Deleting"
        className="relative mt-3 h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <div className="h-full w-1/4 rounded-full bg-accent [animation:slide_1.1s_linear_infinite]" />
      </div>
      <p className="mt-2 text-dim tabular-nums">
        For {spanText(Math.max(1_000, elapsed))}. The files are written anew without them; they are gone all
        at once when that is done. It goes on when you close this.
      </p>
      <div className="mt-4 flex justify-end">
        <Button autoFocus onClick={controls.close}>
          Close
        </Button>
      </div>
    </div>
  )
}

export function DoneStep({ step, controls }: StepProps<'done'>) {
  const { counted, deleted, millis } = step
  const { from_time: from, to_time: to, query } = counted.scope
  return (
    <div className="mt-2">
      <p data-testid={TEST_IDS.deleteOutcome} role="status" className="font-semibold">
        {countText(deleted)} {deleted === 1 ? 'log' : 'logs'} deleted, in {spanText(millis)}.
      </p>
      <ScopeLines counted={counted} />
      <div className="mt-4 flex flex-wrap items-center justify-end gap-2">
        <a
          href={logsHref({ from, to }, query === '*' ? '' : query)}
          className="mr-auto font-medium text-accent underline-offset-4 hover:underline"
        >
          See what the query finds now
        </a>
        <Button look="strong" autoFocus onClick={controls.close}>
          Close
        </Button>
      </div>
    </div>
  )
}

/** Codes with which nobody knows whether the work goes on behind the answer. */
const UNCERTAIN: readonly string[] = ['query_timeout', 'unavailable', 'unreachable', 'internal']

export function FailedStep({ step, controls }: StepProps<'failed'>) {
  const { counted, error, entry } = step
  return (
    <div className="mt-2">
      <div data-testid={TEST_IDS.deleteOutcome} role="alert">
        <p className="font-semibold text-error">{error.title}</p>
        <p className="mt-1 break-words text-dim">{error.message}</p>
        <p className="mt-1 text-dim">{adviceOf(error.code)}</p>
      </div>
      <ScopeLines counted={counted} />
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={controls.close}>Close</Button>
        <Button
          look="strong"
          autoFocus
          disabled={controls.isCounting}
          onClick={() => controls.count(counted.scope, entry)}
        >
          {controls.isCounting ? 'Counting…' : 'Count again'}
        </Button>
      </div>
    </div>
  )
}

function adviceOf(code: string): string {
  if (code === 'disk_full')
    return 'Nothing was deleted: files are written anew before the old ones go. Free some space, or delete a smaller range.'
  if (UNCERTAIN.includes(code))
    return 'It may still be going on, or not have begun. It is all or nothing: count again in a minute, and delete again if the logs are still there.'
  return 'Nothing was deleted.'
}

/** Milliseconds since a moment, moving on by the second. */
function useElapsed(since: number): number {
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return now - since
}
