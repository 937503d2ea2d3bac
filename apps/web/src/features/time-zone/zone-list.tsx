'use client'

import { useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { offsetText, zonesMatching } from './time-zone.ts'
import { useTimeZone } from './use-time-zone.tsx'

/** The browser's zone, UTC, and every other, found by typing. */
export function ZoneList({ onChosen }: { onChosen(): void }) {
  const { choice, choose, local } = useTimeZone()
  const [typed, setTyped] = useState('')
  const now = Date.now()
  const zones = Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')
  const first = [
    { choice: 'local', name: `Your own, ${local}`, zone: local },
    { choice: 'utc', name: 'UTC', zone: 'UTC' },
  ]
  const words = typed.trim().toLowerCase()
  const items = [
    ...first.filter(({ name }) => name.toLowerCase().includes(words)),
    ...zonesMatching(zones, typed, now).map((zone) => ({ choice: zone, name: zone, zone })),
  ]
  const take = (next: string) => {
    choose(next)
    onChosen()
  }
  return (
    <form
      className="flex flex-col p-2.5"
      onSubmit={(event) => {
        event.preventDefault()
        const [top] = items
        if (top !== undefined) take(top.choice)
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: the list was opened to find a zone in it
        autoFocus
        value={typed}
        aria-label="Find a time zone"
        placeholder="Find a time zone: berlin, new york, +5:30"
        spellCheck={false}
        autoComplete="off"
        data-testid={TEST_IDS.zoneSearch}
        className="h-8 w-full rounded-md border border-line-strong bg-panel px-2 placeholder:text-faint"
        onChange={(event) => setTyped(event.target.value)}
      />
      {items.length === 0 && <p className="px-2 py-3 text-dim">No zone has this in its name.</p>}
      <ul className="mt-1.5 max-h-72 overflow-y-auto">
        {items.map((item) => (
          <li key={item.choice}>
            <button
              type="button"
              aria-pressed={item.choice === choice}
              className="flex w-full items-baseline justify-between gap-4 rounded-md px-2 py-1 text-left hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent"
              onClick={() => take(item.choice)}
            >
              {item.name}
              {item.zone !== 'UTC' && (
                <span className="text-xs font-normal text-dim tabular-nums">
                  {offsetText(item.zone, now)}
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </form>
  )
}
