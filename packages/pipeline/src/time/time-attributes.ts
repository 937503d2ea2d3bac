import { type Column, type EventBatch, FLAGS } from '@heartwood/event'
import { AttributeEdit } from '../attribute-edit.ts'
import { canonicalKey, compareKeys } from '../keys.ts'
import type { Step } from '../step.ts'
import type { ReadTime } from './calendar.ts'
import { nanosFromEpoch } from './epoch.ts'
import { resolveTime, waitsForTime } from './resolve.ts'
import { timeOfText } from './text-times.ts'

/** Names of the time of an event, best first; each stands for all its spellings. */
const TIME_KEYS = [
  '@timestamp',
  'timestamp',
  'time',
  'ts',
  '@t',
  'datetime',
  'date_time',
  'event_time',
  'event_timestamp',
  'log_time',
  'log_timestamp',
  'asctime',
  'date',
  'time_stamp',
  'timestamp_ms',
  'ts_ms',
  'time_ms',
  'time_millis',
  'timestamp_us',
  'timestamp_ns',
  'time_unix_nano',
  'epoch',
  'epoch_millis',
  '_source_realtime_timestamp',
  '__realtime_timestamp',
  't.$date',
  '_time',
]
const RANK: ReadonlyMap<string, number> = new Map(
  TIME_KEYS.map((key, rank): [string, number] => [canonicalKey(key), rank]).reverse(),
)

/** Whether a key names the time of an event. */
export function isTimeKey(key: string): boolean {
  return RANK.has(canonicalKey(key))
}

/**
 * Takes the time of events from their attributes. The first name that can be read decides. What is used exactly moves
 * to `@timestamp`; where a year was completed, or the time lies more than 24 h in the future, the original stays.
 */
export const timeAttributes: Step = { name: 'time', run: (batch) => ({ batch: timeFromAttributes(batch) }) }

function timeFromAttributes(batch: EventBatch): EventBatch {
  const candidates = [...batch.attributes]
    .flatMap(([key, { string, int64, double }]) => {
      const rank = RANK.get(canonicalKey(key))
      if (rank === undefined) return []
      return [string, int64, double].flatMap((column) =>
        column === undefined ? [] : [{ key, rank, column }],
      )
    })
    .sort((a, b) => a.rank - b.rank || compareKeys(a.key, b.key))
  if (candidates.length === 0) return batch

  const timestamp = batch.timestamp.slice()
  const flags = batch.flags.slice()
  const attributes = new AttributeEdit(batch.attributes, batch.length)
  const decided = new Uint8Array(batch.length)
  for (const { key, column } of candidates) {
    const timeAt = timesOf(column)
    for (let row = 0; row < batch.length; row++) {
      const observed = batch.observed_at[row] ?? 0n
      if (decided[row] || !waitsForTime(batch.flags[row] ?? 0, batch.timestamp[row] ?? 0n, observed)) continue
      const time = timeAt(row)
      if (time === undefined) continue
      decided[row] = 1
      const resolved = resolveTime(time, observed)
      if (resolved === undefined) continue
      timestamp[row] = resolved.nanos
      if (resolved.inferred) continue
      flags[row] = (flags[row] ?? 0) & ~FLAGS.time_inferred
      attributes.clear(key, column.type, row)
    }
  }
  return { ...batch, timestamp, flags, attributes: attributes.finish() }
}

/** The time in each row of a column; text is read once per distinct value. */
function timesOf(column: Column): (row: number) => ReadTime | undefined {
  switch (column.type) {
    case 'string': {
      const times = new Array<ReadTime | 'none' | undefined>(column.values.length)
      return (row) => {
        const code = column.codes[row] ?? 0
        if (code === 0) return undefined
        const time = times[code] ?? readText(column.values.at(code)) ?? 'none'
        times[code] = time
        return time === 'none' ? undefined : time
      }
    }
    case 'int64':
      return (row) => (column.present[row] ? readNumber(String(column.values[row])) : undefined)
    case 'double':
      // The shortest text of a double is what the sender wrote, up to 17 digits.
      return (row) => (column.present[row] ? readNumber(String(column.values[row])) : undefined)
    default:
      return () => undefined
  }
}

function readText(text: string): ReadTime | undefined {
  return readNumber(text.trim()) ?? timeOfText(text)
}

function readNumber(text: string): ReadTime | undefined {
  const nanos = nanosFromEpoch(text)
  return nanos === undefined ? undefined : { kind: 'exact', nanos }
}
