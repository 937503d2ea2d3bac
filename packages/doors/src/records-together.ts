import type { RecordHeader } from '@heartwood/event'
import type { QueuedRecord } from './decode.ts'
import { type PartLimits, partsWithin } from './parts-within.ts'

/** What records that are decoded together hold at most; a larger one is decoded by itself. */
export const TOGETHER: PartLimits = { events: 16_384, bytes: 8 * 1024 * 1024 }

/**
 * Records in a row that can be one batch, because they came the same way with the same defaults. A replay is one by
 * itself: its events can be of the same batch as those of the next.
 */
export function recordsTogether(records: readonly QueuedRecord[]): Iterable<QueuedRecord[]> {
  return partsWithin(
    records,
    TOGETHER,
    ({ header }) => header,
    (first, { header }) => isAlike(first.header, header),
  )
}

function isAlike(a: RecordHeader, b: RecordHeader): boolean {
  return (
    a.replay === undefined &&
    b.replay === undefined &&
    a.door === b.door &&
    a.framing === b.framing &&
    a.defaults.service === b.defaults.service &&
    a.defaults.environment === b.defaults.environment &&
    a.defaults.hostname === b.defaults.hostname
  )
}
