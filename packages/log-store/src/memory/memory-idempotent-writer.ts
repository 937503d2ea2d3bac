import { type DeadLetterFilter, matchesLetter, type Nanos } from '@heartwood/event'
import type { BatchReceipt, DeleteRequest, IdempotentWriter, IdempotentWriterStats, Write } from '../port.ts'
import { LogStoreError } from '../port.ts'
import type { MemoryState } from './memory-state.ts'

/** Batch ids are known across all partitions here. */
const ALL_PARTITIONS = 0

/** A writer of a memory store beside others; it refuses nothing. */
export class MemoryIdempotentWriter implements IdempotentWriter {
  readonly #state: MemoryState
  readonly #retentionDays: number
  readonly #now: () => Nanos
  #closed = false

  constructor(state: MemoryState, retentionDays: number, now: () => Nanos) {
    this.#state = state
    this.#retentionDays = retentionDays
    this.#now = now
  }

  async write({ events, settle }: Write, signal?: AbortSignal): Promise<void> {
    this.#mustBeOpen()
    signal?.throwIfAborted()
    await this.#state.mayWrite(events)
    this.#state.write(events)
    const { deadLetters, receipts, replayed } = await settle([])
    const gone = new Set([...replayed, ...deadLetters.map(({ id }) => id)])
    this.#state.removeDeadLetters(({ id }) => gone.has(id))
    this.#state.addDeadLetters(deadLetters)
    this.#state.addReceipts(ALL_PARTITIONS, receipts)
  }

  async receipts(batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchReceipt>> {
    this.#mustBeOpen()
    const window = this.#state.receipts.get(ALL_PARTITIONS)
    const known = batchIds.flatMap((id) => window?.get(id) ?? [])
    return new Map(known.map((receipt) => [receipt.batch_id, receipt]))
  }

  async delete(request: DeleteRequest): Promise<{ deleted: number }> {
    this.#mustBeOpen()
    return { deleted: await this.#state.delete(request, this.#now()) }
  }

  async enforceRetention(now: Nanos): Promise<{ segments: number; events: number }> {
    this.#mustBeOpen()
    return { segments: 0, events: this.#state.enforceRetention(this.#retentionDays, now) }
  }

  async dismissDeadLetters(filter: DeadLetterFilter): Promise<{ dismissed: number }> {
    this.#mustBeOpen()
    return { dismissed: this.#state.removeDeadLetters((letter) => matchesLetter(filter, letter)) }
  }

  stats(): IdempotentWriterStats {
    return { pendingBytes: 0, obstacle: undefined }
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
  }
}
