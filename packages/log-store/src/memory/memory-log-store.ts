import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { HotDays } from '../hot-days.ts'
import type { IdempotentWriter, LogReader, LogWriter } from '../port.ts'
import { memoryHotDays } from './memory-hot-days.ts'
import { MemoryIdempotentWriter } from './memory-idempotent-writer.ts'
import { MemoryReader } from './memory-reader.ts'
import { MemoryState } from './memory-state.ts'
import { MemoryWriter } from './memory-writer.ts'

/**
 * A log store in arrays: for tests, and the oracle that other adapters are held against. Its data lives as long as this
 * object; a writer opened later takes over from the one before, as on disk.
 */
export interface MemoryLogStore {
  openWriter(): LogWriter
  /** One of several that write at once; not beside a LogWriter. */
  openIdempotentWriter(): IdempotentWriter
  openReader(): LogReader
  openHotDays(): HotDays
}

export function memoryLogStore(
  options: {
    readonly retentionDays?: number
    readonly now?: () => Nanos
    /** How long a delete waits for what is shown to be appended. */
    readonly flushMillis?: number
  } = {},
): MemoryLogStore {
  const state = new MemoryState()
  const now = options.now ?? (() => BigInt(Date.now()) * NANOS_PER_MILLI)
  return {
    openWriter: () => new MemoryWriter(state, options.retentionDays ?? 30, now, options.flushMillis),
    openIdempotentWriter: () => new MemoryIdempotentWriter(state, options.retentionDays ?? 30, now),
    openReader: () => new MemoryReader(state, now),
    openHotDays: () => memoryHotDays(state),
  }
}
