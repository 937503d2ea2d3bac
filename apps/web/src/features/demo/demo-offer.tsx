import { CircleCheck } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import type { DemoControls } from './use-demo.ts'

/** Once logs of one's own have arrived: what shall become of the demo? */
export function DemoOffer({ demo }: { demo: DemoControls }) {
  if (!demo.offers) return null
  return (
    <section
      aria-label="Demo data"
      data-testid={TEST_IDS.demoOffer}
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-y border-line bg-accent-soft px-3 py-2"
    >
      <CircleCheck size={16} className="shrink-0 text-accent" aria-hidden />
      <p className="min-w-52 flex-1">
        <strong className="font-semibold">Your own logs have arrived.</strong>{' '}
        <span className="text-dim">The demo shop still writes beside them.</span>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button look="strong" disabled={demo.deleting} onClick={demo.remove}>
          {demo.deleting ? 'Deleting…' : 'Delete the demo'}
        </Button>
        <Button disabled={demo.deleting} onClick={demo.hide}>
          Hide the demo
        </Button>
        <Button look="quiet" disabled={demo.deleting} onClick={demo.keep}>
          Keep
        </Button>
      </div>
    </section>
  )
}
