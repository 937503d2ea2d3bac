import { LogStoreError } from '@heartwood/log-store'
import { type WorkerCommand, WorkerReport } from './worker-messages.ts'

/** A worker as the main thread sees it. */
export interface WorkerHandle {
  readonly partitions: readonly number[]
  send(command: WorkerCommand): void
  /**
   * Resolves when it has ended in order. Rejects with LogStoreError `superseded` when another indexer owns the store, or
   * with what the worker threw: then it is gone.
   */
  readonly done: Promise<void>
}

export type ReportListener = (worker: WorkerHandle, report: WorkerReport) => void

/** Starts a worker for some partitions. The listener is called with what it says, but not before this has returned. */
export type StartWorker = (partitions: readonly number[], listener: ReportListener) => WorkerHandle

/** What messages go in and out by: a port, or a thread. */
interface Line {
  postMessage(message: WorkerCommand): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/**
 * The handle of a worker at the other end of `line`.
 * @param gone rejects when the worker is gone without having said that it has ended
 */
export function workerHandle(
  line: Line,
  gone: Promise<never>,
  partitions: readonly number[],
  listener: ReportListener,
): WorkerHandle {
  const ended = Promise.withResolvers<void>()
  const handle: WorkerHandle = {
    partitions,
    send: (command) => line.postMessage(command),
    done: Promise.race([ended.promise, gone]),
  }
  line.on('message', (message) => {
    const report = WorkerReport.parse(message)
    listener(handle, report)
    if (report.kind !== 'ended') return
    if (report.superseded)
      ended.reject(new LogStoreError('superseded', 'another indexer took over this store'))
    else ended.resolve()
  })
  return handle
}
