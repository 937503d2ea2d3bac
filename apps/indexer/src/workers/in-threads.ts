import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { ThreadData } from './thread-data.ts'
import { type StartWorker, workerHandle } from './worker-handle.ts'
import type { WorkerLimits } from './worker-limits.ts'

export interface ThreadsOptions {
  readonly queueDir: string
  readonly limits: WorkerLimits
  /** The writer of the store, to which the threads append. */
  readonly writer: { lend(port: MessagePort): void }
}

/**
 * Much of what a thread allocates dies young: with more room for it, fewer rows of a batch are still in use, and copied,
 * when it is full.
 */
const YOUNG_MIB = 48

/** Workers in threads of their own. */
export function workersInThreads({ queueDir, limits, writer }: ThreadsOptions): StartWorker {
  return (partitions, listener) => {
    const { port1: lent, port2: store } = new MessageChannel()
    writer.lend(lent)
    const data: ThreadData = { queueDir, store, partitions: [...partitions], limits }
    const thread = new Worker(new URL('./worker-thread.ts', import.meta.url), {
      name: `partitions ${partitions.join(', ')}`,
      workerData: data,
      transferList: [store],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    })
    const gone = new Promise<never>((_resolve, reject) => {
      thread.once('error', reject)
      thread.once('exit', (code) =>
        reject(new Error(`the thread of partitions ${partitions.join(', ')} ended with ${code}`)),
      )
    })
    return workerHandle(thread, gone, partitions, listener)
  }
}
