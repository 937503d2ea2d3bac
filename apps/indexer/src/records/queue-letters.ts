import { type DeadLetter, isoFromNanos, type Nanos } from '@heartwood/event'
import type { QueueItem } from '@heartwood/queue'

type Damaged = Extract<QueueItem, { kind: 'damaged' }>

/** The dead letter of a queue record whose checksum does not match. How many events it held nobody can say any more. */
export function damagedLetter(partition: number, item: Damaged, now: Nanos): DeadLetter {
  return {
    id: `queue-${partition}-${item.position}`,
    at: isoFromNanos(now),
    door: 'unknown',
    step: 'queue',
    reason: item.reason,
    sample: Buffer.from(item.sample)
      .toString('utf8')
      .slice(0, 8 * 1024),
    records: 1,
  }
}

/** The dead letter of a stretch of the queue that is no longer there: files removed by hand or by a broken disk. */
export function lostLetter(partition: number, at: bigint, reason: string, now: Nanos): DeadLetter {
  return {
    id: `queue-${partition}-${at}-lost`,
    at: isoFromNanos(now),
    door: 'unknown',
    step: 'queue',
    reason,
    sample: '',
    records: 1,
  }
}
