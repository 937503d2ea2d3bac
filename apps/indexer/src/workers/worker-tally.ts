import { type DeadLetter, reasonKind } from '@heartwood/event'
import type { IndexedRecords } from '@heartwood/indexing'
import type { ReadBatch } from '../groups/read-batch.ts'
import type { WorkerCounts } from './worker-messages.ts'

/** What a worker has done since it last said so. */
export class WorkerTally {
  #counts = nothing()
  #isQuiet = true

  /** The counts, to be changed. */
  get #more(): WorkerCounts {
    this.#isQuiet = false
    return this.#counts
  }

  absorbed(batches: number): void {
    this.#more.absorbed += batches
  }

  indexed({ json, dropped }: Pick<IndexedRecords, 'json' | 'dropped'>): void {
    this.#more.jsonShaped += json.shaped
    this.#more.jsonPlain += json.plain
    for (const [step, rows] of dropped) add(this.#more.dropped, step, rows)
  }

  /** @param events that became searchable, each counted once */
  visible(events: number): void {
    this.#more.events += events
  }

  /** @param events of one show; those of an earlier one whose place it took come again */
  showed(events: number, millis: number): void {
    this.#more.shownEvents += events
    this.#more.showMillis.push(millis)
  }

  committed(batches: readonly ReadBatch[], millis: number): void {
    this.#more.commitMillis.push(millis)
    for (const { records } of batches) {
      for (const { bytes, deadLetters, replayed } of records) {
        this.#more.bytes += bytes
        if (replayed !== undefined) this.#more.replayed++
        for (const letter of deadLetters) this.#letter(letter)
      }
    }
  }

  #letter({ door, step, reason, records }: DeadLetter): void {
    const kind = reasonKind(reason)
    const { deadLetters } = this.#more
    const known = deadLetters.find((one) => one.door === door && one.step === step && one.reason === kind)
    if (known === undefined) deadLetters.push({ door, step, reason: kind, records })
    else known.records += records
  }

  /** The counts since the last call, or undefined where nothing was done. */
  take(): WorkerCounts | undefined {
    if (this.#isQuiet) return undefined
    const counts = this.#counts
    this.#counts = nothing()
    this.#isQuiet = true
    return counts
  }
}

function nothing() {
  return {
    events: 0,
    bytes: 0,
    absorbed: 0,
    deadLetters: [] as WorkerCounts['deadLetters'],
    replayed: 0,
    dropped: new Map<string, number>(),
    jsonShaped: 0,
    jsonPlain: 0,
    shownEvents: 0,
    showMillis: [] as number[],
    commitMillis: [] as number[],
  } satisfies WorkerCounts
}

function add(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more)
}
