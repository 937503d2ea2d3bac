import type { ReplayOutput } from '@heartwood/api'
import type { DeadLetter, DeadLetterFilter } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'
import { queueReplays } from './queue-replays.ts'
import type { SendReplay } from './replay-client.ts'

export interface ReplaysParts {
  readonly reader: LogReader
  readonly send: SendReplay
  readonly newId: () => string
  /** Ends replays that are under way: what is not in the queue yet stays a letter. */
  readonly stopping: AbortSignal
}

interface Run {
  readonly output: ReplayOutput
  /** Attempts of the letters that are in the queue, by id. */
  readonly waiting: Map<string, number>
}

/** So many replays are remembered; an older one that has ended is forgotten. */
const REMEMBERED = 50

/**
 * The replays that this process has begun. Nothing is lost with it: a letter stays one until the commit that takes its
 * place, and whoever replays it again meets the first replay in the queue.
 */
export class Replays {
  readonly #parts: ReplaysParts
  readonly #runs = new Map<string, Run>()

  constructor(parts: ReplaysParts) {
    this.#parts = parts
  }

  async count(filter: DeadLetterFilter): Promise<ReplayOutput> {
    const { reader } = this.#parts
    await reader.refresh()
    const output = newOutput(null, 'counted')
    for await (const letter of reader.eachDeadLetter(filter)) countIn(output, letter)
    return output
  }

  /** Counts, begins, and answers before the first is in the queue. Throws `not_found` where a letter that is named is not there. */
  async start(filter: DeadLetterFilter): Promise<ReplayOutput> {
    const { reader, send, newId, stopping } = this.#parts
    const counted = await this.count(filter)
    if (filter.id !== undefined && counted.matched === 0)
      throw new AppError('not_found', `No dead letter ${JSON.stringify(filter.id)}.`)
    const id = newId()
    const run: Run = { output: { ...counted, replay_id: id, state: 'queueing' }, waiting: new Map() }
    this.#remember(id, run)
    const queueing = queueReplays(
      reader.eachDeadLetter(filter),
      send,
      stopping,
      ({ id: letter, attempts }) => {
        run.waiting.set(letter, attempts)
        run.output.queued++
      },
    )
    queueing.then(
      () => {
        run.output.state = 'indexing'
      },
      (error: unknown) => {
        run.output.state = 'failed'
        run.output.error = error instanceof Error ? error.message : String(error)
      },
    )
    return { ...run.output }
  }

  /** Throws `not_found`. */
  async state(id: string): Promise<ReplayOutput> {
    const run = this.#runs.get(id)
    if (run === undefined)
      throw new AppError(
        'not_found',
        `No replay ${JSON.stringify(id)}; the query app may have started again.`,
      )
    await this.#follow(run)
    return { ...run.output }
  }

  /** A letter that waits is there with as many attempts as before; with more it has failed again. */
  async #follow({ output, waiting }: Run): Promise<void> {
    const { reader } = this.#parts
    const isQueued = output.state !== 'queueing'
    if (waiting.size > 0) {
      await reader.refresh()
      const left = new Map<string, number>()
      for await (const { id, attempts } of reader.eachDeadLetter({}))
        if (waiting.has(id)) left.set(id, attempts)
      for (const [id, attempts] of waiting) {
        const now = left.get(id)
        if (now !== undefined && now <= attempts) continue
        waiting.delete(id)
        if (now === undefined) output.replayed++
        else output.failed_again++
      }
    }
    if (isQueued && output.state === 'indexing' && waiting.size === 0) output.state = 'done'
  }

  #remember(id: string, run: Run): void {
    this.#runs.set(id, run)
    for (const [old, { output }] of this.#runs) {
      if (this.#runs.size <= REMEMBERED) return
      if (output.state === 'done' || output.state === 'failed') this.#runs.delete(old)
    }
  }
}

function newOutput(replay_id: string | null, state: ReplayOutput['state']): ReplayOutput {
  return { replay_id, state, matched: 0, replayable: 0, queued: 0, replayed: 0, failed_again: 0, error: null }
}

function countIn(output: ReplayOutput, { original }: DeadLetter): void {
  output.matched++
  if (original !== undefined) output.replayable++
}
