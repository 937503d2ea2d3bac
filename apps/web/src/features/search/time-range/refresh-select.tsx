'use client'

import { TEST_IDS } from '../../../test-ids.ts'
import { REFRESH_CHOICES, REFRESH_TEXT, type RefreshChoice } from './auto-refresh.ts'

/** How often the page asks again by itself, and why it does not just now. */
export function RefreshSelect(props: {
  readonly every: RefreshChoice | null
  readonly pause: string | undefined
  onChange(every: RefreshChoice | null): void
}) {
  return (
    <label className="flex flex-wrap items-center gap-x-2 text-xs text-dim">
      Ask again
      <select
        value={props.every ?? 'off'}
        data-testid={TEST_IDS.refreshEvery}
        className="h-7 rounded-md border border-line-strong bg-panel px-1.5 text-text"
        onChange={({ target }) =>
          props.onChange(REFRESH_CHOICES.find((choice) => choice === target.value) ?? null)
        }
      >
        <option value="off">by hand</option>
        {REFRESH_CHOICES.map((choice) => (
          <option key={choice} value={choice}>
            every {REFRESH_TEXT[choice]}
          </option>
        ))}
      </select>
      {props.pause !== undefined && <span className="text-faint">{props.pause}.</span>}
    </label>
  )
}
