import type { Column, EventBatch } from '@heartwood/event'
import { AttributeEdit } from '../attribute-edit.ts'
import { canonicalKey, compareKeys } from '../keys.ts'
import type { Step } from '../step.ts'
import type { ReadTime } from './calendar.ts'
import { EventTimes } from './event-times.ts'
import { PlainIso } from './plain-iso.ts'
import { READING_TIME } from './reading-times.ts'
import { hasSplitTimes, setSplitTimes } from './split-times.ts'
import { timeOfValue } from './value-times.ts'

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
  't.$date.$numberLong',
  'timestamp.$date',
  'time.$date',
  'date.$date',
  'record.time.timestamp',
  'stage_timestamp',
  'time_generated',
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
export const timeAttributes: Step = {
  name: 'time',
  run: (batch) => ({ batch: timeFromAttributes(batch, (key) => RANK.get(canonicalKey(key))) }),
}

/** Gives events that nothing else has a time for the one at which an agent read them. Only the very name means that. */
export const readingTime: Step = {
  name: 'reading_time',
  run: (batch) =>
    batch.attributes.has(READING_TIME)
      ? { batch: timeFromAttributes(batch, (key) => (key === READING_TIME ? 0 : undefined)) }
      : { batch },
}

function timeFromAttributes(batch: EventBatch, rankOf: (key: string) => number | undefined): EventBatch {
  const candidates = [...batch.attributes]
    .flatMap(([key, { string, int64, double }]) => {
      const rank = rankOf(key)
      if (rank === undefined) return []
      return [string, int64, double].flatMap((column) =>
        column === undefined ? [] : [{ key, rank, column }],
      )
    })
    .sort((a, b) => a.rank - b.rank || compareKeys(a.key, b.key))
  if (candidates.length === 0 && !hasSplitTimes(batch)) return batch

  const times = new EventTimes(batch)
  const attributes = new AttributeEdit(batch.attributes, batch.length)
  setSplitTimes(batch, times, attributes)
  const waits = new Uint8Array(batch.length)
  for (let row = 0; row < batch.length; row++) if (times.waits(row)) waits[row] = 1
  for (const { key, column } of candidates) {
    const set = timeSetter(column, times)
    for (let row = 0; row < batch.length; row++) {
      if (!waits[row]) continue
      const found = set(row)
      if (found === 'none') continue
      waits[row] = 0
      if (found === 'exact') attributes.mask(key, column.type)[row] = 1
    }
  }
  return { ...batch, timestamp: times.timestamp, flags: times.flags, attributes: attributes.finish() }
}

/** What a column said of the time of a row: nothing, a time that is used as it is, or one that leaves the row flagged. */
type Found = 'none' | 'exact' | 'inexact'

/** Gives rows the time that a column has for them; text of unusual shape is read once per distinct value. */
function timeSetter(column: Column, times: EventTimes): (row: number) => Found {
  const set = (row: number, time: ReadTime | undefined): Found =>
    time === undefined ? 'none' : times.set(row, time) ? 'exact' : 'inexact'
  switch (column.type) {
    case 'string': {
      const { bytes, starts, lengths } = column.values.utf8()
      const plain = new PlainIso()
      const known: (ReadTime | 'none')[] = []
      return (row) => {
        const code = column.codes[row] ?? 0
        if (code === 0) return 'none'
        const start = starts[code] ?? 0
        const end = start + (lengths[code] ?? 0)
        if (plain.read(bytes, start, end) === end) return times.setPlain(row, plain) ? 'exact' : 'inexact'
        const time = known[code] ?? timeOfValue(column.values.at(code)) ?? 'none'
        known[code] = time
        return time === 'none' ? 'none' : set(row, time)
      }
    }
    case 'int64':
    case 'double':
      return (row) => (column.present[row] ? set(row, timeOfValue(column.values[row])) : 'none')
    default:
      return () => 'none'
  }
}
