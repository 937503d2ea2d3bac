'use client'

import { X } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import type { LettersState } from './letters-url.ts'
import type { Letters } from './use-letters.ts'

const RANGES = [
  ['', 'any time'],
  ['now-1h', 'last hour'],
  ['now-24h', 'last day'],
  ['now-7d', 'last week'],
] as const

/** What narrows the list: a part of the reason, the time, and what was picked below. */
export function LetterFilters({ letters }: { letters: Letters }) {
  const { state, change } = letters
  const [draft, setDraft] = useState(state.reason ?? '')
  useEffect(() => setDraft(state.reason ?? ''), [state.reason])
  const picked = (['door', 'step', 'batch'] as const).flatMap((key) => {
    const value = state[key]
    return value === null ? [] : [{ key, value }]
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ reason: draft.trim() === '' ? null : draft.trim() })
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <input
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        placeholder="A part of the reason"
        aria-label="A part of the reason"
        data-testid={TEST_IDS.letterReason}
        className="h-7 min-w-0 flex-1 basis-52 rounded-md border border-line-strong bg-panel px-2.5 placeholder:text-faint"
      />
      <select
        aria-label="When they were put aside"
        value={state.from ?? ''}
        onChange={(event) =>
          change({ from: event.target.value === '' ? null : event.target.value, to: null })
        }
        className="h-7 rounded-md border border-line-strong bg-panel px-2"
      >
        {rangesWith(state).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Button type="submit">Filter</Button>
      {picked.map(({ key, value }) => (
        <Button
          key={key}
          aria-label={`Remove the filter ${key} ${value}`}
          onClick={() => change({ [key]: null })}
        >
          <span className="text-faint">{key}</span>
          <span className="max-w-48 truncate">{value}</span>
          <X size={13} aria-hidden />
        </Button>
      ))}
    </form>
  )
}

/** A range that came with the URL has its own entry. */
function rangesWith({ from, to }: LettersState): readonly (readonly [string, string])[] {
  if (from === null || (to === null && RANGES.some(([value]) => value === from))) return RANGES
  return [...RANGES, [from, to === null ? `since ${from}` : `${from} to ${to}`]]
}
