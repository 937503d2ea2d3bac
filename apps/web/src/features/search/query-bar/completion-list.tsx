'use client'

import { TEST_IDS } from '../../../test-ids.ts'
import type { Completions } from './use-completions.ts'

/** The suggestions below the query bar. */
export function CompletionList({ id, completions }: { id: string; completions: Completions }) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Suggestions"
      data-testid={TEST_IDS.completion}
      className="absolute top-full left-0 z-30 mt-1 max-h-72 w-[26rem] max-w-full overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-pop"
    >
      {completions.items.map((item, index) => (
        <div
          key={item.insert}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === completions.active}
          className="flex cursor-pointer items-baseline gap-3 rounded px-2 py-0.5 hover:bg-hover aria-selected:bg-accent-soft"
          // Before the input loses the focus.
          onPointerDown={(event) => {
            event.preventDefault()
            completions.take(item)
          }}
        >
          <span className="font-mono text-[12.5px]">{item.insert}</span>
          {item.about !== undefined && <span className="truncate text-xs text-faint">{item.about}</span>}
        </div>
      ))}
    </div>
  )
}
