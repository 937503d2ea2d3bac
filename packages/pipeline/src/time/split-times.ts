import { type ColumnSet, type EventBatch, type Int64Column, NANOS_PER_SECOND } from '@heartwood/event'
import type { AttributeEdit } from '../attribute-edit.ts'
import type { EventTimes } from './event-times.ts'

/** Seconds and the nanoseconds within them under two keys: log4j2's instant, protobuf's Timestamp, Google Cloud. */
const PAIRS = [
  ['instant.epochSecond', 'instant.nanoOfSecond'],
  ['timestampSeconds', 'timestampNanos'],
  ['timestamp.seconds', 'timestamp.nanos'],
  ['time.seconds', 'time.nanos'],
] as const

/** From here on seconds are a time and no count of something: 1973, as everywhere. */
const LEAST_SECONDS = 100_000_000n

export function hasSplitTimes({ attributes }: EventBatch): boolean {
  return PAIRS.some(([seconds]) => attributes.has(seconds))
}

/** Gives rows that wait for their time the one they have in two parts, and takes the parts away where it is used. */
export function setSplitTimes(
  { attributes, length }: EventBatch,
  times: EventTimes,
  edit: AttributeEdit,
): void {
  for (const [secondsKey, nanosKey] of PAIRS) {
    const seconds = int64Of(attributes, secondsKey)
    const nanos = int64Of(attributes, nanosKey)
    if (seconds === undefined || nanos === undefined) continue
    for (let row = 0; row < length; row++) {
      if (!seconds.present[row] || !nanos.present[row] || !times.waits(row)) continue
      const whole = seconds.values[row] ?? 0n
      const part = nanos.values[row] ?? 0n
      if (whole < LEAST_SECONDS || whole > MOST_SECONDS || part < 0n || part >= NANOS_PER_SECOND) continue
      if (!times.set(row, { kind: 'exact', nanos: whole * NANOS_PER_SECOND + part, zone: 'named' })) continue
      edit.mask(secondsKey, 'int64')[row] = 1
      edit.mask(nanosKey, 'int64')[row] = 1
    }
  }
}

/** What int64 nanoseconds hold. */
const MOST_SECONDS = 2n ** 63n / NANOS_PER_SECOND - 1n

function int64Of(columns: ColumnSet, key: string): Int64Column | undefined {
  return columns.get(key)?.int64
}
