'use client'

import { type FormEvent, type RefObject, useEffect, useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { hasFilter, toggledFilter } from '../search/edit-query.ts'
import type { AuditState } from './audit-url.ts'
import type { Audit } from './use-audit.ts'

const RANGES = [
  ['now-1h', 'last hour'],
  ['now-24h', 'last day'],
  ['now-7d', 'last week'],
  ['now-30d', 'last 30 days'],
  ['now-365d', 'last year'],
] as const

const ACTION = 'event.action'

/** What narrows the list: a query, the time, and the actions that there are. */
export function AuditFilters({ audit, input }: { audit: Audit; input: RefObject<HTMLInputElement | null> }) {
  const { state, change } = audit
  const [draft, setDraft] = useState(state.query)
  useEffect(() => setDraft(state.query), [state.query])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ query: draft.trim() })
  }
  return (
    <>
      <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
        <input
          ref={input}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          placeholder="Search the audit events: event.outcome:failure, heartwood.query:*checkout*"
          aria-label="Query over the audit events"
          spellCheck={false}
          autoComplete="off"
          data-testid={TEST_IDS.auditQuery}
          className="h-7 min-w-0 flex-1 basis-72 rounded-md border border-line-strong bg-panel px-2.5 font-mono text-[13px] placeholder:font-sans placeholder:text-faint"
        />
        <select
          aria-label="When it happened"
          value={rangeValue(state)}
          onChange={(event) => change({ from: event.target.value, to: 'now' })}
          className="h-7 rounded-md border border-line-strong bg-panel px-2"
        >
          {rangesWith(state).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <Button type="submit">Search</Button>
      </form>
      <ul aria-label="Actions" className="mt-2 flex flex-wrap gap-1.5">
        {audit.actions.map(({ value, count }) => (
          <li key={value}>
            <Button
              testId={TEST_IDS.auditAction}
              aria-pressed={hasFilter(state.query, { field: ACTION, value })}
              onClick={() => change({ query: toggledFilter(state.query, { field: ACTION, value }) })}
            >
              {value}
              <span className="font-normal text-dim tabular-nums">{count.toLocaleString('en')}</span>
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}

const rangeValue = ({ from, to }: AuditState) => (to === 'now' ? from : `${from} ${to}`)

/** A range that came with the URL has its own entry. */
function rangesWith(state: AuditState): readonly (readonly [string, string])[] {
  if (state.to === 'now' && RANGES.some(([value]) => value === state.from)) return RANGES
  return [...RANGES, [rangeValue(state), `${state.from} to ${state.to}`]]
}
