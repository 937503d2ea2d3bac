import { type IdempotentWriter, LogStoreError } from '../port.ts'
import type { AnyWriter } from './store-under-test.ts'

/**
 * A writer that leaves positions to the queue, with positions kept beside it: so that what the contract asks of every store
 * can be asked of it. `positions` outlives the writer as those of a queue do.
 */
export function appendingTo(writer: IdempotentWriter, positions: Map<number, bigint>): AnyWriter {
  return {
    async append({ partition, from, to, events, deadLetters, batches, replayed = [] }) {
      const position = positions.get(partition) ?? null
      if (position !== null && to <= position) return { applied: false }
      if (from !== position)
        throw new LogStoreError('position_gap', `partition ${partition} is at ${position}, not at ${from}`)
      await writer.write({ events, settle: () => ({ deadLetters, receipts: batches, replayed }) })
      positions.set(partition, to)
      return { applied: true }
    },
    position: (partition) => positions.get(partition) ?? null,
    seenBatches: async (_partition, batchIds) => new Set((await writer.receipts(batchIds)).keys()),
    delete: (request) => writer.delete(request),
    enforceRetention: (now) => writer.enforceRetention(now),
    maintain: async () => false,
    dismissDeadLetters: (filter) => writer.dismissDeadLetters(filter),
  }
}
