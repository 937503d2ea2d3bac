import { isoLikeIn, isSameYearIn } from '../../time-zone/format-time.ts'

/** How much of a time a list writes: as much as tells its rows apart, and from today's. */
export type TimeDetail = 'clock' | 'day' | 'year'

/** Where each detail begins in `2026-03-01 14:30:05.250`. */
const BEGINS: Readonly<Record<TimeDetail, number>> = { clock: 11, day: 5, year: 0 }

/** The detail for rows of a range, epoch milliseconds; undefined for one that has no ends. */
export function timeDetail(
  range: { from: number; to: number } | undefined,
  now: number,
  zone: string,
): TimeDetail {
  if (range === undefined || !isSameYearIn(zone, range.from, now)) return 'year'
  return range.to - range.from > 20 * 3_600_000 ? 'day' : 'clock'
}

/** The time of a row as the clocks of a zone show it, to the millisecond. */
export function rowTime(iso: string, detail: TimeDetail, zone: string): string {
  const millis = Date.parse(iso)
  return Number.isNaN(millis) ? iso : isoLikeIn(zone, millis).slice(BEGINS[detail])
}

/** UTC with all digits, for the tooltip. */
export function utcTitle(iso: string): string {
  return `${iso.replace('T', ' ').replace(/Z$/, '')} UTC`
}
