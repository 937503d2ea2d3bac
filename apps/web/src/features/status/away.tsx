'use client'

import { useEffect, useState } from 'react'
import { apiErrorOf } from '../../api/api-error.ts'
import { TEST_IDS } from '../../test-ids.ts'
import { formatIn } from '../time-zone/format-time.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'

/** An answer that is not there by then is missed: the apps themselves are given a second each. */
const PATIENCE_MILLIS = 6_000

/** Says that what is shown is old: nobody answers, or not for a while. */
export function Away({ state }: { state: { isError: boolean; error: unknown; dataUpdatedAt: number } }) {
  const { zone } = useTimeZone()
  const late = useLate(state.dataUpdatedAt)
  if (!state.isError && !late) return null
  return (
    <p
      role="status"
      data-testid={TEST_IDS.statusAway}
      className="mb-3 rounded-md bg-error-soft px-3 py-2 text-error"
    >
      {state.isError ? <Reason error={state.error} /> : <strong>The query app does not answer.</strong>} What
      stands below is of {formatIn(zone, state.dataUpdatedAt, 'HH:mm:ss')}; the page goes on by itself.
    </p>
  )
}

function Reason({ error }: { error: unknown }) {
  const { title, message } = apiErrorOf(error)
  return (
    <>
      <strong>{title}.</strong> {message}
    </>
  )
}

/** Whether nothing has come for a while since a moment, epoch milliseconds, with the page in sight. */
function useLate(since: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    const timer = setInterval(() => {
      if (!document.hidden && Date.now() - since > PATIENCE_MILLIS) setLate(true)
    }, 1_000)
    return () => clearInterval(timer)
  }, [since])
  return late
}
