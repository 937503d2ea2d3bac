import type { MessagePort } from 'node:worker_threads'
import type { Nanos } from '@heartwood/event'
import { Lock, type LogAppender } from '@heartwood/log-store'
import type { Step } from '@heartwood/pipeline'
import type { QueueConsumer } from '@heartwood/queue'
import { BatchLedger } from '../batches/batch-ledger.ts'
import { GroupSchedule } from '../groups/group-schedule.ts'
import { indexPartition, isSuperseded } from '../partitions/partition-indexer.ts'
import { TailOutlet } from '../tails/tail-outlet.ts'
import { busyMillis, threadId, waitedMillis } from './this-thread.ts'
import { obeyCommands } from './worker-commands.ts'
import type { WorkerLimits } from './worker-limits.ts'
import { logTo } from './worker-log.ts'
import type { WorkerReport } from './worker-messages.ts'
import { reportProgress } from './worker-progress.ts'
import { WorkerTally } from './worker-tally.ts'

/** What a worker is made of; it can run in a thread of its own or beside others. */
export interface WorkerParts extends WorkerLimits {
  /** To the main thread: reports go out, commands come in. */
  readonly port: MessagePort
  readonly partitions: readonly number[]
  readonly consumer: Pick<QueueConsumer, 'consume' | 'release'>
  readonly appender: Omit<LogAppender, 'close'>
  readonly steps: readonly Step[]
  readonly now: () => Nanos
}

/**
 * Makes its partitions searchable until it is told to stop; then it commits what it has read, where that can be done at
 * once. Ends, too, when another indexer owns the store, and says so. Throws only where it is at fault itself.
 */
export async function runWorker(parts: WorkerParts): Promise<void> {
  const { port, partitions, appender, memory } = parts
  const report = (message: WorkerReport) => port.postMessage(message)
  const stopping = new AbortController()
  const ledger = new BatchLedger()
  const tally = new WorkerTally()
  const clock = () => performance.now()
  const schedule = new GroupSchedule({ memory, clock, busyMillis, waitedMillis })
  const tails = new TailOutlet(
    parts.tails,
    (rows) => report({ kind: 'tail-rows', ...rows }),
    (tail, reason) => report({ kind: 'tail-failed', tail, reason }),
  )
  obeyCommands(port, { tails, ledger, report, stop: () => stopping.abort() })
  appender.onFlush((partition) => schedule.flush(partition))
  using progress = reportProgress(partitions, { ledger, tally, schedule, report })
  const loop = {
    ...parts,
    schedule,
    ledger,
    tally,
    tails,
    clock,
    turns: new Lock(),
    log: logTo(report),
    waiting: (partition: number, reason?: string) => report({ kind: 'waiting', partition, reason }),
  }
  report({ kind: 'started', thread: threadId() })
  const loops = partitions.map((partition) => indexPartition(loop, partition, stopping.signal))
  const superseded = await endOf(loops, schedule, stopping)
  tails.closeAll()
  progress.say()
  report({ kind: 'ended', superseded })
  port.close()
}

/** Runs the schedule until all loops have ended; whether another indexer owns the store now. */
async function endOf(
  loops: readonly Promise<void>[],
  schedule: GroupSchedule,
  stopping: AbortController,
): Promise<boolean> {
  const ended = new AbortController()
  const scheduling = schedule.run(ended.signal)
  try {
    await Promise.all(loops)
    return false
  } catch (error) {
    if (isSuperseded(error)) return true
    throw error
  } finally {
    // Where one has failed, the others must not go on writing either.
    stopping.abort()
    await Promise.allSettled(loops)
    ended.abort()
    await scheduling
  }
}
