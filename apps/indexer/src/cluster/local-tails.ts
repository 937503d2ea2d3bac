import type { BatchLedger } from '../batches/batch-ledger.ts'
import { TailHub } from '../tails/tail-hub.ts'
import { TAIL_LIMITS } from '../tails/tail-limits.ts'
import { TailOutlet } from '../tails/tail-outlet.ts'
import { obey } from '../workers/worker-commands.ts'
import type { WorkerCommand } from '../workers/worker-messages.ts'

export interface LocalTailsOptions {
  readonly ledger: BatchLedger
  readonly maxTails: number
  readonly now: () => bigint
  readonly lagMillis: () => number
  readonly skipped: (count: number) => void
}

/** The live tails of an indexer that tests events in the thread that serves them. */
export function localTails({ ledger, ...options }: LocalTailsOptions): { hub: TailHub; outlet: TailOutlet } {
  const worker = {
    send(command: WorkerCommand): void {
      obey(command, {
        tails: outlet,
        ledger,
        report: (report) => {
          if (report.kind === 'tail-opened') hub.openedBy(worker, report.tail)
        },
        stop: () => undefined,
      })
    },
  }
  const outlet = new TailOutlet(
    TAIL_LIMITS,
    (rows) => hub.take(worker, rows),
    (tail, reason) => hub.fail(tail, reason),
  )
  const hub: TailHub = new TailHub({ ...options, workers: [worker], limits: TAIL_LIMITS })
  return { hub, outlet }
}
