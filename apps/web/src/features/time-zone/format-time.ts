import { tz } from '@date-fns/tz'
import { wallTime, zoneOffset } from '@heartwood/query-lang'
import { format, formatDistanceStrict } from 'date-fns'

/** A moment, epoch milliseconds, by a date-fns pattern, as the clocks of a zone show it. */
export function formatIn(zone: string, millis: number, pattern: string): string {
  return format(millis, pattern, { in: tz(zone) })
}

/** `2026-03-01 14:30:05.250` on the clocks of a zone. Without a calendar library: a list writes one for each row. */
export function isoLikeIn(zone: string, millis: number): string {
  return new Date(millis + zoneOffset(millis, zone)).toISOString().slice(0, 23).replace('T', ' ')
}

/** Whether two moments are on one day of a zone's calendar. */
export function isSameDayIn(zone: string, a: number, b: number): boolean {
  return isoLikeIn(zone, a).slice(0, 10) === isoLikeIn(zone, b).slice(0, 10)
}

export function isSameYearIn(zone: string, a: number, b: number): boolean {
  return wallTime(a, zone).year === wallTime(b, zone).year
}

/** How long ago in words, or how far ahead: `2 minutes ago`, `in 3 hours`. */
export function ageText(millis: number, now: number): string {
  return Math.abs(now - millis) < 1_000 ? 'now' : formatDistanceStrict(millis, now, { addSuffix: true })
}

/** One moment in the zones someone may ask for: UTC with every digit, the browser's, and the page's where it is another. */
export function timesOf(
  iso: string,
  zones: { readonly page: string; readonly local: string },
): { zone: string; text: string }[] {
  const millis = Date.parse(iso)
  const utc = { zone: 'UTC', text: iso.replace('T', ' ').replace(/Z$/, '') }
  if (Number.isNaN(millis)) return [utc]
  const digits = /\.\d{3}(\d*)Z$/.exec(iso)?.[1] ?? ''
  const others = [zones.local, zones.page].filter(
    (zone, index, all) => zone !== 'UTC' && all.indexOf(zone) === index,
  )
  return [utc, ...others.map((zone) => ({ zone, text: `${isoLikeIn(zone, millis)}${digits}` }))]
}

/** The same for a tooltip, a line each, with the age last. */
export function timeTitle(
  iso: string,
  zones: { readonly page: string; readonly local: string },
  now: number,
): string {
  const millis = Date.parse(iso)
  const lines = timesOf(iso, zones).map(({ zone, text }) => `${text}  ${zone}`)
  return [...lines, ...(Number.isNaN(millis) ? [] : [ageText(millis, now)])].join('\n')
}
