import type { Level, SeverityNumber } from './severity.ts'
import type { Nanos } from './time.ts'

export type Scalar = string | number | bigint | boolean

/**
 * What an attribute can hold. Integers a double cannot hold exactly are bigint, all other numbers `number`
 * (1 and 1.0 are the same). An array has scalars only; a query matches it if any element does.
 * Objects inside arrays are kept in `rest` as JSON text.
 */
export type AttributeValue = Scalar | readonly Scalar[]

/** Names of the flags an event can carry, each one bit. */
export const FLAGS = {
  /** The event had no usable time; `@timestamp` is the receipt time, or was completed (year). */
  time_inferred: 1,
  /** A field was cut to its limit. */
  truncated: 2,
  /** Invalid UTF-8 was replaced by U+FFFD. */
  utf8_repaired: 4,
  /** The line was not of the format its door promised; it is kept as text. */
  parse_failed: 8,
  /** Replayed from a queue record whose checksum was wrong: a bit of it can be. */
  salvaged: 16,
} as const
export type Flag = keyof typeof FLAGS

export function flagNames(bits: number): Flag[] {
  return (Object.keys(FLAGS) as Flag[]).filter((name) => (bits & FLAGS[name]) !== 0)
}

/**
 * One log event, the row view of an EventBatch. Absent text fields are undefined, never ''.
 * `id` is batch id, '-', index within the batch: the identity that survives resends and replays.
 */
export interface LogEvent {
  readonly id: string
  readonly timestamp: Nanos
  readonly observed_at: Nanos
  readonly level: Level
  readonly severity_number: SeverityNumber
  readonly service?: string | undefined
  readonly hostname?: string | undefined
  readonly namespace?: string | undefined
  readonly pod?: string | undefined
  readonly environment?: string | undefined
  readonly message: string
  readonly trace_id?: string | undefined
  readonly span_id?: string | undefined
  readonly request_id?: string | undefined
  /** The door the event came through: `json`, `text`, `elasticsearch`... */
  readonly source: string
  /** How many original events this one stands for; 1 unless sampled or deduplicated. */
  readonly weight: number
  /** What was sent, kept when parsing changed the line. */
  readonly raw?: string | undefined
  readonly flags: number
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly resource: Readonly<Record<string, AttributeValue>>
  /** JSON text of one object {dotted key: value}: objects in arrays, and keys past the column cap. */
  readonly rest?: string | undefined
}
