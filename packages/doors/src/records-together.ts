import type { RecordHeader } from '@heartwood/event'
import type { QueuedRecord } from './decode.ts'

/** What records that are decoded together hold at most; a larger one is decoded by itself. */
const MAX_ROWS = 16_384
export const MAX_BYTES_TOGETHER = 8 * 1024 * 1024

/** Records in a row that can be one batch, because they came the same way with the same defaults. */
export function* recordsTogether(records: readonly QueuedRecord[]): Generator<QueuedRecord[]> {
  let group: QueuedRecord[] = []
  let rows = 0
  let bytes = 0
  for (const record of records) {
    const { header } = record
    const [first] = group
    const fits = rows + header.records <= MAX_ROWS && bytes + header.bytes <= MAX_BYTES_TOGETHER
    if (first !== undefined && !(fits && isAlike(first.header, header))) {
      yield group
      group = []
      rows = 0
      bytes = 0
    }
    group.push(record)
    rows += header.records
    bytes += header.bytes
  }
  if (group.length > 0) yield group
}

function isAlike(a: RecordHeader, b: RecordHeader): boolean {
  return (
    a.door === b.door &&
    a.framing === b.framing &&
    a.defaults.service === b.defaults.service &&
    a.defaults.environment === b.defaults.environment &&
    a.defaults.hostname === b.defaults.hostname
  )
}
