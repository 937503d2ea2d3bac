import { replayable, sampleOf } from '@heartwood/doors'
import { type DeadLetter, isoFromNanos, type Nanos, type RecordHeader } from '@heartwood/event'
import type { QueueItem } from '@heartwood/queue'

type Damaged = Extract<QueueItem, { kind: 'damaged' }>

/**
 * The dead letter of a queue record whose checksum does not match. How many events it held nobody can say for sure. Where
 * it can be read it can be replayed, as a batch with the letter's name: its own name may have the wrong bit.
 */
export function damagedLetter(partition: number, item: Damaged, now: Nanos): DeadLetter {
  const { position, reason, sample, salvage } = item
  const id = `queue-${partition}-${position}`
  return {
    ...letterOf(id, reason, now),
    sample: sampleOf(sample),
    ...(salvage === undefined
      ? { not_replayable: 'it cannot be read as a record any more' }
      : salvaged(id, salvage.header, salvage.body)),
  }
}

/** The dead letter of a stretch of the queue that is no longer there: files removed by hand or by a broken disk. */
export function lostLetter(partition: number, at: bigint, reason: string, now: Nanos): DeadLetter {
  return {
    ...letterOf(`queue-${partition}-${at}-lost`, reason, now),
    not_replayable: 'nothing of it is left',
  }
}

function letterOf(id: string, reason: string, now: Nanos): DeadLetter {
  return {
    id,
    at: isoFromNanos(now),
    door: 'unknown',
    step: 'queue',
    reason,
    sample: '',
    records: 1,
    attempts: 1,
  }
}

/** What a readable record says of itself, wrong bit or not. */
function salvaged(id: string, header: RecordHeader, body: Uint8Array): Partial<DeadLetter> {
  // Its letter is still there, and both must not become events.
  if (header.version === 2)
    return { not_replayable: 'it was a replay: the letter it came from can be replayed' }
  const { service } = header.defaults
  return {
    door: header.door,
    received_at: isoFromNanos(BigInt(header.received_at)),
    records: Math.max(1, header.records - header.refused.length),
    ...(service !== undefined && { service }),
    ...replayable({ ...header, batch_id: id }, body, true),
  }
}
