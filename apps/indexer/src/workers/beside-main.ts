import { MessageChannel } from 'node:worker_threads'
import { runWorker, type WorkerParts } from './worker.ts'
import { type StartWorker, workerHandle } from './worker-handle.ts'

/** Workers in the thread of the caller, with everything they say and are told passing through the same messages. */
export function workersBesideMain(parts: Omit<WorkerParts, 'port' | 'partitions'>): StartWorker {
  return (partitions, listener) => {
    const { port1: line, port2: port } = new MessageChannel()
    const running = runWorker({ ...parts, port, partitions })
    const gone = running.then(() => new Promise<never>(() => undefined))
    return workerHandle(line, gone, partitions, listener)
  }
}
