import type { StoredDayJson } from '@heartwood/api'
import { searchHref } from '../../search/search-url.ts'
import { isoRange, type TimeRange } from '../../search/time-range/time-range.ts'

const DAY_MILLIS = 86_400_000

/** A day as the table shows it. */
export interface DayRow {
  /** `2026-03-01`, or what stands in its place for files of many days. */
  readonly label: string
  readonly day: string | undefined
  readonly events: number
  readonly bytes: number
  readonly segments: number
  /** Whether questions about it are answered from the archive. */
  readonly isArchived: boolean
  /** Of the largest day, 0 to 1. */
  readonly share: number
  /** Undefined where the day has no beginning and end. */
  readonly range: TimeRange | undefined
  /** Epoch milliseconds. */
  readonly keptUntil: number
}

export function dayRows(days: readonly StoredDayJson[]): DayRow[] {
  const most = Math.max(1, ...days.map(({ bytes }) => bytes))
  return days.map(({ day, events, bytes, segments, tiers = [], kept_until }) => ({
    label: day ?? 'many days in one file',
    day: day ?? undefined,
    events,
    bytes,
    segments,
    isArchived: day !== null && tiers.some(({ tier, answers }) => tier === 'cold' && answers),
    share: bytes / most,
    range: day === null ? undefined : rangeOfDay(day),
    keptUntil: Date.parse(kept_until),
  }))
}

/** A UTC day, `2026-03-01`, from its beginning to that of the next. */
function rangeOfDay(day: string): TimeRange {
  const start = Date.parse(day)
  return isoRange(start, start + DAY_MILLIS)
}

/** The explorer at the logs of a range. */
export function logsHref(range: TimeRange, query = ''): string {
  return `/${searchHref({ query, ...range })}`
}
