import { TEST_IDS } from '../../test-ids.ts'
import { Mark } from '../../ui/mark.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'

/** The first seconds: the hour before is being written. */
export function DemoOpening({ progress }: { progress: number }) {
  return (
    <main
      className="flex min-h-0 flex-1 flex-col items-center px-4 pt-[16vh] text-center"
      data-testid={TEST_IDS.demoOpening}
    >
      <Mark size={44} className="text-accent" />
      <h1 className="mt-4 text-xl font-semibold tracking-tight">A demo shop is opening</h1>
      <p className="mt-1 max-w-md text-dim">
        A dozen made-up services are writing their last hour, so that there is something to look at. Your own
        logs can come at any time.
      </p>
      <ProgressBar label="How much of the hour is written" share={progress} className="mt-5 w-64" />
    </main>
  )
}
