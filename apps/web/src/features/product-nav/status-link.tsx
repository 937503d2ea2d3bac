import { Activity } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'

/** The way to how Heartwood itself does. */
export function StatusLink() {
  return (
    <a
      href="/status"
      aria-label="Status (S)"
      title="Status (S)"
      data-testid={TEST_IDS.statusLink}
      className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
    >
      <Activity size={15} aria-hidden />
    </a>
  )
}
