import { format, isSameYear } from 'date-fns'

/** How much of a time a list writes: as much as tells its rows apart, and from today's. */
export type TimeDetail = 'clock' | 'day' | 'year'

const PATTERNS: Readonly<Record<TimeDetail, string>> = {
  clock: 'HH:mm:ss.SSS',
  day: 'MM-dd HH:mm:ss.SSS',
  year: 'yyyy-MM-dd HH:mm:ss.SSS',
}

/** The detail for rows of a range, epoch milliseconds; undefined for one that has no ends. */
export function timeDetail(range: { from: number; to: number } | undefined, now: number): TimeDetail {
  if (range === undefined || !isSameYear(range.from, now)) return 'year'
  return range.to - range.from > 20 * 3_600_000 ? 'day' : 'clock'
}

/** The time of a row in the reader's zone, to the millisecond. */
export function rowTime(iso: string, detail: TimeDetail): string {
  const millis = Date.parse(iso)
  return Number.isNaN(millis) ? iso : format(millis, PATTERNS[detail])
}

/** UTC with all digits, for the tooltip. */
export function utcTitle(iso: string): string {
  return `${iso.replace('T', ' ').replace(/Z$/, '')} UTC`
}
