import { type Column, type ColumnSet, type EventBatch, type Int64Column, perValue } from '@heartwood/event'
import { canonicalKey, compareKeys } from '../keys.ts'
import { isPresent, mergeColumns } from '../merge-columns.ts'
import type { Step } from '../step.ts'
import { MOST_NANOS, nanosOfDuration } from './duration-text.ts'

/**
 * How long what an event tells of took, as ECS has it: `event.duration`, integer nanoseconds, whatever unit the sender's key
 * names (`latency_ms`, `durationSeconds`) or its text has (`35ms`). The sender's attribute stays. A number without a unit is left
 * alone: it may be anything.
 */
export const durations: Step = { name: 'durations', run: (batch) => ({ batch: withDurations(batch) }) }

const DURATION = 'event.duration'

function withDurations(batch: EventBatch): EventBatch {
  const candidates = [...batch.attributes]
    .flatMap(([key, { string, int64, double }]) => {
      const known = BY_EXACT_KEY.get(key) ?? UNIT_OF.get(canonicalKey(key))
      return known === undefined || key === DURATION
        ? []
        : [string, int64, double].flatMap((column) =>
            column === undefined ? [] : [{ key, ...known, column }],
          )
    })
    .sort((a, b) => a.rank - b.rank || compareKeys(a.key, b.key))
  if (candidates.length === 0) return batch
  const { length } = batch
  const own = batch.attributes.get(DURATION)
  const present = new Uint8Array(length)
  const values = new BigInt64Array(length)
  const halves = new Uint32Array(values.buffer)
  for (const { column, unit } of candidates) {
    const nanosAt = reader(column, unit)
    for (let row = 0; row < length; row++) {
      if (present[row] || (own !== undefined && isPresent(own, row))) continue
      const nanos = nanosAt(row)
      if (nanos === undefined) continue
      present[row] = 1
      // As it stands in memory, low half first: a bigint a row would be an allocation.
      halves[row * 2] = nanos
      halves[row * 2 + 1] = nanos / TWO_32
    }
  }
  if (!present.includes(1)) return batch
  const column: Int64Column = { type: 'int64', present, values }
  const added: ColumnSet = new Map([[DURATION, { int64: column }]])
  return { ...batch, attributes: mergeColumns(batch.attributes, added, length) }
}

/**
 * Gives the whole nanoseconds that a column has for a row.
 * @param unit nanoseconds in one of the unit that the key names; undefined where it names none
 */
function reader(column: Column, unit: number | undefined): (row: number) => number | undefined {
  const nanosOf = (number: number) =>
    unit !== undefined && number >= 0 && number * unit < MOST_NANOS ? Math.round(number * unit) : undefined
  switch (column.type) {
    case 'string': {
      const known = perValue(column.values, (text) =>
        /^\d{1,15}(?:\.\d{1,15})?$/.test(text) ? nanosOf(Number(text)) : nanosOfDuration(text),
      )
      return (row) => (column.codes[row] ? known[column.codes[row] ?? 0] : undefined)
    }
    case 'int64':
      return (row) => (column.present[row] ? nanosOf(Number(column.values[row])) : undefined)
    case 'double':
      return (row) => (column.present[row] ? nanosOf(column.values[row] ?? Number.NaN) : undefined)
    default:
      return () => undefined
  }
}

const TWO_32 = 2 ** 32

const UNITS: readonly (readonly [names: readonly string[], nanos: number])[] = [
  [['ns', 'nanos', 'nanoseconds', 'nano'], 1],
  [['us', 'micros', 'microseconds', 'usec'], 1e3],
  [['ms', 'millis', 'milliseconds', 'msec'], 1e6],
  [['s', 'sec', 'secs', 'seconds'], 1e9],
]
/** What the whole of an event is measured as, best first; parts of it (`db_ms`, `upstream_latency_ms`) are not meant. */
const NAMES = [
  'duration',
  'attr.duration',
  'properties.duration',
  'elapsed',
  'properties.elapsed',
  'elapsed_time',
  'latency',
  'took',
  'response_time',
  'request_time',
  'request_duration',
  'response_duration',
  'processing_time',
  'execution_time',
  'time_taken',
  'total_time',
  'http.duration',
  'http.request.duration',
  'http_request.latency',
  'request.duration',
]
/** In this spelling pino-http and the loggers of Express have milliseconds. */
const BY_EXACT_KEY: ReadonlyMap<string, DurationKey> = new Map([['responseTime', { unit: 1e6, rank: 0 }]])

interface DurationKey {
  readonly unit: number | undefined
  readonly rank: number
}
const UNIT_OF: ReadonlyMap<string, DurationKey> = new Map(
  NAMES.flatMap((name, rank): [string, DurationKey][] => [
    ...UNITS.flatMap(([names, unit]) =>
      names.map((word): [string, DurationKey] => [canonicalKey(`${name}_${word}`), { unit, rank }]),
    ),
    [canonicalKey(name), { unit: undefined, rank: rank + NAMES.length }],
  ]),
)
