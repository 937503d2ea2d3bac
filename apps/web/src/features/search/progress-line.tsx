'use client'

import { Button } from '../../ui/button.tsx'
import { useDelayed } from '../../ui/use-delayed.ts'

/** A thin line while an answer takes its time, and after a second the way to stop waiting. */
export function ProgressLine({ busy, onCancel }: { busy: boolean; onCancel(): void }) {
  const shown = useDelayed(busy, 250)
  const slow = useDelayed(busy, 1_000)
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
      {slow && (
        <div className="absolute top-2 right-3 z-20">
          <Button onClick={onCancel}>Cancel</Button>
        </div>
      )}
    </div>
  )
}
