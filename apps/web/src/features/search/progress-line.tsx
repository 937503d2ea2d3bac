'use client'

import { useDelayed } from '../../ui/use-delayed.ts'

/** A thin line while an answer takes its time. */
export function ProgressLine({ busy }: { busy: boolean }) {
  const shown = useDelayed(busy, 250)
  return (
    <div className="relative h-px shrink-0 bg-line" aria-hidden={!shown}>
      {shown && (
        <div
          className="absolute inset-x-0 -top-px h-0.5 overflow-hidden"
          role="progressbar"
          aria-label="Searching"
        >
          <div className="h-full w-1/4 bg-accent [animation:slide_1.1s_linear_infinite]" />
        </div>
      )}
    </div>
  )
}
