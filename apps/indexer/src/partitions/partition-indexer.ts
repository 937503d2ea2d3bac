import { setTimeout as pause } from 'node:timers/promises'
import { reasonOf } from '@heartwood/indexing'
import { type LogAppender, LogStoreError } from '@heartwood/log-store'
import { QueueError } from '@heartwood/queue'
import { type RunParts, runPartition } from './partition-run.ts'

export interface PartitionParts extends RunParts {
  readonly appender: RunParts['appender'] & Pick<LogAppender, 'position'>
}

/**
 * Makes one partition of the queue searchable, until `signal` aborts. Bad data never ends it; a failing queue or store
 * makes it wait and go on from the committed position. Throws only LogStoreError `superseded`: another indexer owns the
 * store now.
 */
export async function indexPartition(
  parts: PartitionParts,
  partition: number,
  signal: AbortSignal,
): Promise<void> {
  const { appender, consumer, ledger, log } = parts
  let delay = parts.retryMillis.first
  let lost: string | undefined
  while (!signal.aborted) {
    const from = appender.position(partition)
    ledger.startOver(partition, from)
    try {
      if (from !== null) await consumer.release(partition, from)
      await runPartition(parts, partition, from, lost, signal)
      return
    } catch (error) {
      if (isSuperseded(error)) throw error
      if (signal.aborted) return
      if (appender.position(partition) !== from) {
        delay = parts.retryMillis.first
        lost = undefined
      }
      const position = from ?? 'the start'
      log('error', `partition ${partition} begins again at ${position}`, { err: error, partition })
      parts.waiting(partition, reasonOf(error))
      if (error instanceof QueueError && error.code === 'position_lost' && lost === undefined) {
        lost = reasonOf(error)
        continue
      }
      lost = undefined
      await pause(delay, undefined, { signal }).catch(() => undefined)
      delay = Math.min(parts.retryMillis.most, delay * 2)
    }
  }
}

export function isSuperseded(error: unknown): boolean {
  return error instanceof LogStoreError && error.code === 'superseded'
}
