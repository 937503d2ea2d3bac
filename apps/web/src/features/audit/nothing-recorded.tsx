import { ShieldCheck } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'

/** No audit event in the range, or none that matches. */
export function NothingRecorded({ isFiltered }: { isFiltered: boolean }) {
  return (
    <div data-testid={TEST_IDS.auditNothing} className="flex flex-col items-center px-4 pt-[9vh] text-center">
      <ShieldCheck size={28} aria-hidden className="text-accent" />
      <p className="mt-3 text-[15px] font-semibold">
        {isFiltered ? 'No audit event matches' : 'Nothing was done in this time'}
      </p>
      <p className="mt-1 max-w-lg text-dim">
        What Heartwood does and what is done with it stands here: starts and stops, settings, sign-ins,
        searches, deletes. It is kept apart from the logs, and no delete removes it.
      </p>
    </div>
  )
}
