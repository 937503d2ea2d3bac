import { millisFromNanos, nanosFromMillis, utcMillis } from '@heartwood/event'
import { momentOfWall, parseTime, readTypedTime } from '@heartwood/query-lang'
import { formatIn, isSameDayIn, isSameYearIn } from '../../time-zone/format-time.ts'

/** Both ends as the URL and the API write them. */
export interface TimeRange {
  readonly from: string
  readonly to: string
}

export const PRESETS = [
  { from: 'now-5m', label: 'Last 5 minutes', short: '5m', millis: 300_000 },
  { from: 'now-15m', label: 'Last 15 minutes', short: '15m', millis: 900_000 },
  { from: 'now-1h', label: 'Last hour', short: '1h', millis: 3_600_000 },
  { from: 'now-6h', label: 'Last 6 hours', short: '6h', millis: 21_600_000 },
  { from: 'now-24h', label: 'Last 24 hours', short: '24h', millis: 86_400_000 },
  { from: 'now-7d', label: 'Last 7 days', short: '7d', millis: 604_800_000 },
  { from: 'now-30d', label: 'Last 30 days', short: '30d', millis: 2_592_000_000 },
] as const

/** What "all time" is written as. */
export const ALL_TIME: TimeRange = { from: 'beginning', to: 'now' }

export function presetOf(range: TimeRange): (typeof PRESETS)[number] | undefined {
  return range.to === 'now' ? PRESETS.find((preset) => preset.from === range.from) : undefined
}

/** Epoch milliseconds of both ends, or undefined where an end is no time. */
export function resolveRange(range: TimeRange, now: number): { from: number; to: number } | undefined {
  const [from, to] = [millisOf(range.from, now), millisOf(range.to, now)]
  return from === undefined || to === undefined ? undefined : { from, to }
}

function millisOf(text: string, now: number): number | undefined {
  const nanos = parseTime(text, nanosFromMillis(now))
  return nanos === undefined ? undefined : millisFromNanos(nanos)
}

/** The range in words, as the clocks of a zone show it. */
export function rangeLabel(range: TimeRange, now: number, zone: string): string {
  const preset = presetOf(range)
  if (preset !== undefined) return preset.label
  if (range.from === ALL_TIME.from)
    return range.to === 'now' ? 'All time' : `Until ${endLabel(range.to, now, zone)}`
  const since = agoOf(range.from)
  if (since !== undefined && range.to === 'now') return `Last ${since}`
  const resolved = resolveRange(range, now)
  if (resolved === undefined) return `${range.from} to ${range.to}`
  const oneDay = isSameDayIn(zone, resolved.from, resolved.to)
  const to = range.to.startsWith('now')
    ? endLabel(range.to, now, zone)
    : oneDay
      ? clock(resolved.to, zone)
      : endLabel(range.to, now, zone)
  return `${endLabel(range.from, now, zone)} – ${to}`
}

/** How long before now, where that is all a time says: `now-40d` is `40 d`. */
function agoOf(text: string): string | undefined {
  const ago = /^now-(\d+)(ms|s|m|h|d|w)$/.exec(text)
  return ago === null ? undefined : `${ago[1]} ${ago[2]}`
}

function endLabel(text: string, now: number, zone: string): string {
  if (text === 'now') return text
  const ago = agoOf(text)
  if (ago !== undefined) return `${ago} ago`
  const millis = millisOf(text, now)
  if (millis === undefined) return text
  const day = formatIn(zone, millis, isSameYearIn(zone, millis, now) ? 'd MMM' : 'd MMM yyyy')
  return `${day}, ${clock(millis, zone)}`
}

function clock(millis: number, zone: string): string {
  return formatIn(zone, millis, millis % 60_000 === 0 ? 'HH:mm' : 'HH:mm:ss')
}

export type EnteredRange =
  | { readonly ok: true; readonly range: TimeRange }
  | { readonly ok: false; readonly field: 'from' | 'to'; readonly message: string }

/** What someone typed into the two ends. A time without a zone is of the page's zone, as it shows times. */
export function enteredRange(entered: TimeRange, now: number, zone: string): EnteredRange {
  const from = enteredTime(entered.from, now, zone)
  if (from === undefined) return { ok: false, field: 'from', message: NOT_A_TIME }
  const to = enteredTime(entered.to, now, zone)
  if (to === undefined) return { ok: false, field: 'to', message: NOT_A_TIME }
  const range = { from, to }
  const resolved = resolveRange(range, now)
  if (resolved === undefined || resolved.from >= resolved.to) {
    return { ok: false, field: 'to', message: 'The end must be after the beginning.' }
  }
  return { ok: true, range }
}

const NOT_A_TIME = 'Write a time like 2026-03-01 14:30, an ISO time, or now-2h.'
const LOCAL_TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/

function enteredTime(text: string, now: number, zone: string): string | undefined {
  const trimmed = text.trim()
  const local = LOCAL_TIME.exec(trimmed)
  if (local === null && millisOf(trimmed, now) !== undefined) return trimmed
  if (local === null) {
    const typed = readTypedTime(trimmed, { now: nanosFromMillis(now), zone })
    return typed?.kind === 'moment' ? new Date(millisFromNanos(typed.at)).toISOString() : undefined
  }
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = local
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const wall = utcMillis(year, month, day, hour, minute, second)
  if (wall === undefined) return undefined
  return new Date(momentOfWall(wall + Number((local[7] ?? '0').padEnd(3, '0')), zone)).toISOString()
}

/** An end as the reader would type it. */
export function entryOf(text: string, now: number, zone: string): string {
  if (text.startsWith('now') || text === ALL_TIME.from) return text
  const millis = millisOf(text, now)
  return millis === undefined ? text : formatIn(zone, millis, 'yyyy-MM-dd HH:mm:ss')
}

/** The next wider range: the next preset, else three times as long around the middle; undefined for all time. */
export function widerRange(range: TimeRange, now: number): TimeRange | undefined {
  if (range.from === ALL_TIME.from) return undefined
  const resolved = resolveRange(range, now)
  if (resolved === undefined) return ALL_TIME
  const length = Math.max(1_000, resolved.to - resolved.from)
  if (range.to === 'now') {
    const next = PRESETS.find((preset) => preset.millis > length)
    return next === undefined ? ALL_TIME : { from: next.from, to: 'now' }
  }
  return isoRange(resolved.from - length, resolved.to + length)
}

/** The shortest preset that holds a moment, else the hour up to it. */
export function rangeAround(millis: number, now: number): TimeRange {
  const preset = PRESETS.find(({ millis: length }) => millis < now && millis > now - length * 0.95)
  return preset === undefined
    ? isoRange(millis - 3_600_000, millis + 1_000)
    : { from: preset.from, to: 'now' }
}

/** A range that ends so close to a moment that what belongs to it may be cut off, as one that holds `around` on both sides. */
export function rangeHolding(range: TimeRange, millis: number, around: number, now: number): TimeRange {
  const resolved = resolveRange(range, now)
  if (resolved === undefined) return range
  const from = resolved.from <= millis - around ? range.from : new Date(millis - around).toISOString()
  if (range.to === 'now' || resolved.to >= millis + around) return { from, to: range.to }
  return { from, to: millis + around >= now ? 'now' : new Date(millis + around).toISOString() }
}

/** Shown to either side of a moment someone goes to. */
const AROUND_MOMENT_MILLIS = 60_000

/** A minute to either side of a moment. */
export function momentRange(millis: number): TimeRange {
  return isoRange(millis - AROUND_MOMENT_MILLIS, millis + AROUND_MOMENT_MILLIS)
}

/** Epoch milliseconds to a range of the URL; `to` is not in it. */
export function isoRange(from: number, to: number): TimeRange {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}
