import type { BatchLedger } from '../batches/batch-ledger.ts'
import type { GroupSchedule } from '../groups/group-schedule.ts'
import type { WorkerReport } from './worker-messages.ts'
import type { WorkerTally } from './worker-tally.ts'

export interface ProgressParts {
  readonly ledger: BatchLedger
  readonly tally: WorkerTally
  readonly schedule: GroupSchedule
  readonly report: (report: WorkerReport) => void
}

const PROGRESS_MILLIS = 100

/** Says now and then how far the partitions have got and what was done since; nothing where nothing was. */
export function reportProgress(
  partitions: readonly number[],
  { ledger, tally, schedule, report }: ProgressParts,
): Disposable & { readonly say: () => void } {
  const say = () => {
    const counts = tally.take()
    if (counts === undefined) return
    report({
      kind: 'progress',
      counts,
      partitions: partitions.map((partition) => ({
        partition,
        ...ledger.progress(partition),
        shows: schedule.showsOf(partition),
      })),
    })
  }
  const timer = setInterval(say, PROGRESS_MILLIS)
  return { say, [Symbol.dispose]: () => clearInterval(timer) }
}
