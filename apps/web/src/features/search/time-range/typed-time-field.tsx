'use client'

import { type FormEvent, useId, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { rangeLabel } from './time-range.ts'
import { type PickedTime, typedRange } from './typed-range.ts'

/** One field for any time as people write it, which says what it understood before it is taken. */
export function TypedTimeField({ onPick }: { onPick(picked: PickedTime): void }) {
  const id = useId()
  const { zone } = useTimeZone()
  const [typed, setTyped] = useState('')
  const [refused, setRefused] = useState(false)
  const now = Date.now()
  const picked = typedRange(typed, now, zone)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (picked !== undefined) onPick(picked)
    else setRefused(typed.trim() !== '')
  }

  return (
    <form className="border-b border-line p-2.5" onSubmit={submit} noValidate>
      <input
        value={typed}
        aria-label="Type a time"
        aria-describedby={`${id}-said`}
        aria-invalid={refused}
        placeholder="2h, yesterday 14:00, 9:00-10:30, any time stamp"
        spellCheck={false}
        autoComplete="off"
        data-testid={TEST_IDS.timeTyped}
        className="h-8 w-full rounded-md border border-line-strong bg-panel px-2 font-mono text-[13px] placeholder:font-sans placeholder:text-faint aria-invalid:border-error"
        onChange={(event) => {
          setTyped(event.target.value)
          setRefused(false)
        }}
      />
      <p
        id={`${id}-said`}
        role="status"
        className={`mt-1 min-h-4 px-0.5 text-xs ${refused ? 'text-error' : 'text-dim'}`}
      >
        {picked !== undefined
          ? `${rangeLabel(picked.range, now, zone)}. Enter goes there.`
          : refused
            ? 'This is not understood as a time.'
            : ''}
      </p>
    </form>
  )
}
