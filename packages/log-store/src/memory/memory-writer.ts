import { type DeadLetterFilter, matchesLetter, type Nanos } from '@heartwood/event'
import { FLUSH_MILLIS, FlushRequests } from '../flush-requests.ts'
import type { Append, DeleteRequest, LogWriter, Show, WriterStats } from '../port.ts'
import { LogStoreError } from '../port.ts'
import type { MemoryState } from './memory-state.ts'

/** The writing side of a memory store. Everything happens within one turn, so commits are whole by nature. */
export class MemoryWriter implements LogWriter {
  readonly #state: MemoryState
  readonly #retentionDays: number
  readonly #now: () => Nanos
  readonly #generation: number
  readonly #flushes: FlushRequests
  #closed = false

  constructor(state: MemoryState, retentionDays: number, now: () => Nanos, flushMillis = FLUSH_MILLIS) {
    this.#state = state
    this.#retentionDays = retentionDays
    this.#now = now
    this.#flushes = new FlushRequests(flushMillis)
    this.#generation = state.takeOver(this.#flushes)
  }

  async append(append: Append): Promise<{ applied: boolean }> {
    this.#mustWrite()
    const { partition, from, to } = append
    const committed = this.position(partition)
    if (committed !== null && to <= committed) return { applied: false }
    if (from !== committed) {
      throw new LogStoreError(
        'position_gap',
        `partition ${partition} is at ${committed}, and the commit begins at ${from}`,
      )
    }
    this.#state.append(partition, to, append.events)
    const replayed = new Set(append.replayed)
    this.#state.removeDeadLetters(({ id }) => replayed.has(id))
    this.#state.addDeadLetters(append.deadLetters)
    this.#state.addReceipts(partition, append.batches)
    return { applied: true }
  }

  async show({ partition, from, to, events }: Show): Promise<{ applied: boolean }> {
    this.#mustWrite()
    const committed = this.position(partition)
    if (committed !== null && to <= committed) return { applied: false }
    if (!this.#state.shown.follows(partition, from, committed)) {
      throw new LogStoreError(
        'position_gap',
        `partition ${partition} is at ${committed}, and a show from ${from} follows neither that nor another one`,
      )
    }
    this.#state.show(partition, from, to, events)
    return { applied: true }
  }

  onFlush(listener: (partition: number) => void): void {
    this.#flushes.onFlush(listener)
  }

  async check(): Promise<void> {
    this.#mustWrite()
  }

  position(partition: number): bigint | null {
    this.#mustBeOpen()
    return this.#state.positions.get(partition) ?? null
  }

  async seenBatches(partition: number, batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    this.#mustBeOpen()
    const window = this.#state.receipts.get(partition)
    return new Set(batchIds.filter((id) => window?.has(id)))
  }

  async delete(request: DeleteRequest): Promise<{ deleted: number }> {
    this.#mustWrite()
    return { deleted: await this.#state.delete(request, this.#now()) }
  }

  async enforceRetention(now: Nanos): Promise<{ segments: number; events: number }> {
    this.#mustWrite()
    return { segments: 0, events: this.#state.enforceRetention(this.#retentionDays, now) }
  }

  async maintain(): Promise<boolean> {
    this.#mustWrite()
    return false
  }

  async dismissDeadLetters(filter: DeadLetterFilter): Promise<{ dismissed: number }> {
    this.#mustWrite()
    return { dismissed: this.#state.removeDeadLetters((letter) => matchesLetter(filter, letter)) }
  }

  readonly stats = (): WriterStats => {
    this.#mustBeOpen()
    return { ...this.#state.stats(), mergeDebt: { segments: 0, bytes: 0 } }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#flushes.fail(new LogStoreError('closed', 'the log store is closed'))
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
  }

  #mustWrite(): void {
    this.#mustBeOpen()
    if (this.#generation !== this.#state.generation) {
      throw new LogStoreError('superseded', 'a newer writer opened the log store')
    }
  }
}
