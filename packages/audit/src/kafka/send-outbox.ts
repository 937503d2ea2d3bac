import { setTimeout as pause } from 'node:timers/promises'
import { type QueueConsumer, QueueError, type QueueItem, type QueuePublisher } from '@heartwood/queue'
import type { DrainedPosition } from '@heartwood/queue/spool'
import { OUTBOX_PARTITION } from '../outbox.ts'

const RETRY_MILLIS = { first: 200, most: 5_000 }

export interface OutboxSending {
  /** Of the outbox. */
  readonly consumer: Pick<QueueConsumer, 'consume' | 'release' | 'end'>
  readonly target: Pick<QueuePublisher, 'publish'>
  /** How far it has been sent; where that is lost it is sent again, under the same ids. */
  readonly sent: DrainedPosition
  /** What keeps it from being sent; undefined when it is sent again. */
  readonly onTrouble: (reason: string | undefined) => void
  /** An event that cannot be read any more is left out. */
  readonly onDamage: (reason: string) => void
}

/** Sends on what lies in an outbox and what comes, in order, until `signal` aborts; what fails is tried again. */
export async function sendOutbox(parts: OutboxSending, signal: AbortSignal): Promise<void> {
  const { consumer, sent } = parts
  let after = await sent.read()
  while (!signal.aborted) {
    try {
      for await (const items of consumer.consume(OUTBOX_PARTITION, after, signal)) {
        for (const item of items) await sendUntilDone(parts, item, signal)
        if (signal.aborted) return
        const position = items.at(-1)?.position
        if (position === undefined) continue
        after = position
        await sent.write(position)
        await consumer.release(OUTBOX_PARTITION, position)
      }
    } catch (error) {
      if (signal.aborted) return
      // An outbox that was replaced is sent from its first event.
      if (error instanceof QueueError && error.code === 'position_lost') after = null
      parts.onTrouble(reasonOf(error))
      await pause(RETRY_MILLIS.most, undefined, { signal }).catch(() => undefined)
    }
  }
}

async function sendUntilDone(
  { target, onTrouble, onDamage }: OutboxSending,
  item: QueueItem,
  signal: AbortSignal,
): Promise<void> {
  if (item.kind !== 'record') return onDamage(item.reason)
  const { header, body } = item
  for (let wait = RETRY_MILLIS.first; !signal.aborted; wait = Math.min(2 * wait, RETRY_MILLIS.most)) {
    try {
      await target.publish(undefined, header, body)
      return onTrouble(undefined)
    } catch (error) {
      if (error instanceof QueueError && error.code === 'too_large') return onDamage(error.message)
      onTrouble(reasonOf(error))
      await pause(wait, undefined, { signal }).catch(() => undefined)
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
