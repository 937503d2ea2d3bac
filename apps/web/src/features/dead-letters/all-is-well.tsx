import { MailCheck } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'

/** There is nothing to do here. */
export function AllIsWell({ dropped }: { dropped: number }) {
  return (
    <main
      data-testid={TEST_IDS.allIsWell}
      className="flex min-h-0 flex-1 flex-col items-center bg-list px-4 pt-[14vh] text-center"
    >
      <MailCheck size={28} aria-hidden className="text-accent" />
      <p className="mt-3 text-[15px] font-semibold">All is well: every record became a log</p>
      <p className="mt-1 max-w-lg text-dim">
        What cannot be read is put aside here with its reason, harms nothing beside it, and can be tried
        again.
      </p>
      {dropped > 0 && (
        <p className="mt-1 max-w-lg text-dim">
          {dropped.toLocaleString('en')} went earlier because there were too many or they were too old.
        </p>
      )}
      <a href="/" className="mt-4 font-medium text-accent underline-offset-4 hover:underline">
        To the logs
      </a>
    </main>
  )
}
