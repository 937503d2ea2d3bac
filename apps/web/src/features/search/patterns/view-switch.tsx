'use client'

import { ToggleGroup } from 'radix-ui'
import { TEST_IDS } from '../../../test-ids.ts'
import type { SearchState } from '../search-url.ts'

const VIEWS = [
  { view: 'logs', name: 'Logs' },
  { view: 'patterns', name: 'Patterns' },
] as const

/** Whether rows are shown, or what they say. */
export function ViewSwitch(props: {
  readonly view: SearchState['view']
  onView(view: SearchState['view']): void
}) {
  return (
    <ToggleGroup.Root
      type="single"
      value={props.view}
      aria-label="What is shown"
      data-testid={TEST_IDS.viewSwitch}
      className="inline-flex shrink-0 rounded-md bg-sunken p-0.5"
      onValueChange={(value) => {
        const chosen = VIEWS.find(({ view }) => view === value)
        if (chosen !== undefined) props.onView(chosen.view)
      }}
    >
      {VIEWS.map(({ view, name }) => (
        <ToggleGroup.Item
          key={view}
          value={view}
          className="h-5.5 rounded px-2 text-xs text-dim hover:text-text data-[state=on]:bg-panel data-[state=on]:font-medium data-[state=on]:text-text data-[state=on]:shadow-sm"
        >
          {name}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
