'use client'

import type { LogJson } from '@heartwood/api'
import { CircleCheck } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { useArrival } from './use-arrival.ts'

/** Waits for an event to come, and then says so, with the way to it. */
export function Arrival({ onShow }: { onShow(log: LogJson): void }) {
  const arrived = useArrival()
  return (
    <div
      role="status"
      data-testid={TEST_IDS.arrival}
      className={`flex min-h-11 items-center gap-2.5 rounded-md border px-3 py-2 ${arrived === undefined ? 'border-line bg-sunken text-dim' : 'border-accent bg-accent-soft'}`}
    >
      {arrived === undefined ? (
        <>
          <span className="relative inline-flex size-[18px] shrink-0 items-center justify-center">
            <span className="absolute inset-0 rounded-full border-2 border-accent [animation:ring_2.4s_ease-out_infinite]" />
            <span className="size-1.5 rounded-full bg-accent" />
          </span>
          Waiting for the next event…
        </>
      ) : (
        <>
          <CircleCheck size={18} aria-hidden className="shrink-0 text-accent" />
          <span className="min-w-0 flex-1">
            <span className="block font-semibold">
              It works: an event {arrived.service === undefined ? '' : `of ${arrived.service} `}has come.
            </span>
            <span className="block truncate font-mono text-xs text-dim">{arrived.message}</span>
          </span>
          <Button onClick={() => onShow(arrived)}>Show</Button>
        </>
      )}
    </div>
  )
}
