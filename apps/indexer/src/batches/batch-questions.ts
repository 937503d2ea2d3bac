import type { WorkerHandle } from '../workers/worker-handle.ts'
import type { WorkerReport } from '../workers/worker-messages.ts'
import type { BatchState } from './batch-ledger.ts'

interface Question {
  readonly missing: Set<WorkerHandle>
  readonly answered: PromiseWithResolvers<BatchState | undefined>
}

/** Asks the workers what they know of a batch. */
export class BatchQuestions {
  readonly #workers: Set<WorkerHandle>
  readonly #questions = new Map<number, Question>()
  #last = 0

  constructor(workers: readonly WorkerHandle[]) {
    this.#workers = new Set(workers)
    for (const worker of workers) {
      const gone = () => {
        this.#workers.delete(worker)
        for (const id of this.#questions.keys()) this.#answer(worker, id, undefined)
      }
      worker.done.then(gone, gone)
    }
  }

  /** Undefined where no worker has it among those read and not committed, nor among the last committed ones. */
  async ask(batchId: string): Promise<BatchState | undefined> {
    if (this.#workers.size === 0) return undefined
    const id = ++this.#last
    const answered = Promise.withResolvers<BatchState | undefined>()
    this.#questions.set(id, { missing: new Set(this.#workers), answered })
    for (const worker of this.#workers) worker.send({ kind: 'find-batch', question: id, batchId })
    return answered.promise
  }

  take(worker: WorkerHandle, { question, found }: Extract<WorkerReport, { kind: 'batch' }>): void {
    this.#answer(worker, question, found)
  }

  #answer(worker: WorkerHandle, id: number, found: BatchState | undefined): void {
    const question = this.#questions.get(id)
    if (question === undefined) return
    question.missing.delete(worker)
    if (found === undefined && question.missing.size > 0) return
    this.#questions.delete(id)
    question.answered.resolve(found)
  }
}
