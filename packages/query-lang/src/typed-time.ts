import { isoFromNanos, NANOS_PER_MILLI, type Nanos, nanosFromMillis } from '@heartwood/event'
import { parseTime } from './time-input.ts'
import { momentOfWall, wallTime } from './time-zone.ts'
import { readTimestamp } from './timestamp.ts'

/** What someone typed where a time is asked for: a range as the URL and the API write it, or one moment. */
export type TypedTime =
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'moment'; readonly at: Nanos }

/** What a typed time depends on. */
export interface Clock {
  readonly now: Nanos
  /** IANA name of the zone whose clocks and calendar are meant. */
  readonly zone: string
}

/**
 * A range or a moment as people type it: `2h`, `45m`, `last 3 days`, `yesterday`, `yesterday 14:00`, `14:00-15:30`, `monday`,
 * `2026-03-01 12:00 to 13:00`, `since 9:00`, `2 hours ago`, a time stamp of any common log format. A clock time without a day is the last
 * one that has been. Undefined for what is none of these, and for a range that ends before it begins.
 */
export function readTypedTime(text: string, clock: Clock): TypedTime | undefined {
  const typed = text.trim().toLowerCase().replace(/\s+/g, ' ')
  if (typed === '') return undefined
  return (
    length(typed) ??
    ago(typed, clock) ??
    since(typed, clock) ??
    twoEnds(text.trim(), typed, clock) ??
    day(typed, clock) ??
    moment(text.trim(), typed, clock)
  )
}

const UNITS: ReadonlyMap<string, string> = new Map([
  ...(['ms', 'msec', 'millisecond', 'milliseconds'].map((word) => [word, 'ms']) as [string, string][]),
  ...(['s', 'sec', 'secs', 'second', 'seconds'].map((word) => [word, 's']) as [string, string][]),
  ...(['m', 'min', 'mins', 'minute', 'minutes'].map((word) => [word, 'm']) as [string, string][]),
  ...(['h', 'hr', 'hrs', 'hour', 'hours'].map((word) => [word, 'h']) as [string, string][]),
  ...(['d', 'day', 'days'].map((word) => [word, 'd']) as [string, string][]),
  ...(['w', 'wk', 'week', 'weeks'].map((word) => [word, 'w']) as [string, string][]),
])

/** `2h`, `-15m`, `1h30m`, `last 3 days`, `past hour`, `now-2h`: up to now. */
function length(typed: string): TypedTime | undefined {
  if (/^now-/.test(typed) && parseTime(typed, SOME_NOW) !== undefined)
    return { kind: 'range', from: typed, to: 'now' }
  const back = lengthBack(typed.replace(/^(?:the )?(?:last|past|previous) |^-/, ''))
  return back === undefined ? undefined : { kind: 'range', from: `now${back}`, to: 'now' }
}

const SOME_NOW: Nanos = 0n

/** `3 days` as `-3d`, `1h30m` as `-1h-30m`. */
function lengthBack(typed: string): string | undefined {
  const unit = UNITS.get(typed)
  if (unit !== undefined && typed.length > 1) return `-1${unit}`
  if (!/^(?:\d{1,6} ?[a-z]+ ?)+$/.test(typed)) return undefined
  const parts = [...typed.matchAll(/(\d{1,6}) ?([a-z]+)/g)].map(([, amount = '', word = '']) => {
    const known = UNITS.get(word)
    return known === undefined || Number(amount) === 0 ? undefined : `-${Number(amount)}${known}`
  })
  return parts.includes(undefined) ? undefined : parts.join('')
}

function ago(typed: string, { now }: Clock): TypedTime | undefined {
  const words = /^(.+) ago$/.exec(typed)?.[1]
  const back = words === undefined ? undefined : lengthBack(words.replace(/^an? /, '1 '))
  const at = back === undefined ? undefined : parseTime(`now${back}`, now)
  return at === undefined ? undefined : { kind: 'moment', at }
}

/** `since yesterday`, `since 9:00`: up to now. */
function since(typed: string, clock: Clock): TypedTime | undefined {
  const words = /^(?:since|from|after) (.+)$/.exec(typed)?.[1]
  const start = words === undefined || / (?:to|until) /.test(words) ? undefined : startOf(words, clock)
  if (start === undefined || start >= clock.now) return undefined
  return { kind: 'range', from: isoFromNanos(start), to: 'now' }
}

/** `14:00-15:30`, `yesterday 14:00 to 15:30`, `2026-03-01 12:00 to 13:00`, `monday - wednesday`, `12:00 to now`. */
function twoEnds(text: string, typed: string, clock: Clock): TypedTime | undefined {
  const [first, second, ...more] = text
    .replace(/^from\s+/i, '')
    .split(/\s+(?:to|until|till)\s+|\s+[-–—]\s+|\s*\.\.\.?\s*/i)
  const clocks = /^(\d{1,2}:\d{2}(?::\d{2})?)\s?[-–]\s?(\d{1,2}:\d{2}(?::\d{2})?)$/.exec(lastWords(typed))
  if (clocks !== null) {
    const before = typed.slice(0, typed.length - clocks[0].length).trim()
    return ends(`${before} ${clocks[1]}`.trim(), clocks[2] ?? '', clock)
  }
  return first === undefined || second === undefined || more.length > 0
    ? undefined
    : ends(first, second, clock)
}

/** What follows the day in `yesterday 14:00-15:30`. */
function lastWords(typed: string): string {
  return /\d{1,2}:\d{2}(?::\d{2})?\s?[-–]\s?\d{1,2}:\d{2}(?::\d{2})?$/.exec(typed)?.[0] ?? ''
}

function ends(first: string, second: string, clock: Clock): TypedTime | undefined {
  const from = startOf(first, clock)
  if (from === undefined) return undefined
  if (second.trim().toLowerCase() === 'now') {
    return from < clock.now ? { kind: 'range', from: isoFromNanos(from), to: 'now' } : undefined
  }
  // A clock time behind `to` is of the day that the range begins.
  const time = clockTime(second.trim().toLowerCase())
  const to = time === undefined ? endOf(second, clock) : onDayOf(from, time, clock)
  // 23:00-01:00 goes past midnight.
  const isNextDay = time !== undefined && to !== undefined && to <= from
  const end = isNextDay && time !== undefined ? onDayOf(from, time, clock, 1) : to
  if (end === undefined || end <= from) return undefined
  return { kind: 'range', from: isoFromNanos(from), to: isoFromNanos(end) }
}

/** The moment a text names, or at which the day it names begins. */
function startOf(text: string, clock: Clock): Nanos | undefined {
  const typed = text.trim().toLowerCase()
  const named = dayBack(typed, clock)
  if (named !== undefined) return midnight(named, clock)
  const found = ago(typed, clock) ?? moment(text.trim(), typed, clock)
  return found?.kind === 'moment' ? found.at : parseTime(typed, clock.now)
}

function endOf(text: string, clock: Clock): Nanos | undefined {
  const typed = text.trim().toLowerCase()
  const named = dayBack(typed, clock)
  if (named !== undefined) return midnight(named + 1, clock)
  const start = startOf(text, clock)
  const date = /^\d{4}-\d{2}-\d{2}$/.test(typed)
  return start !== undefined && date ? dayAfter(start, clock) : start
}

/** `today`, `yesterday`, `monday`, `2026-03-01`: from midnight to midnight, or to now. */
function day(typed: string, clock: Clock): TypedTime | undefined {
  const named = dayBack(typed, clock)
  if (named === 0) return { kind: 'range', from: isoFromNanos(midnight(0, clock)), to: 'now' }
  const date = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? readTimestamp(typed, clock.now, clock.zone) : undefined
  const from = named === undefined ? date : midnight(named, clock)
  if (from === undefined) return undefined
  const to = named === undefined ? dayAfter(from, clock) : midnight(named + 1, clock)
  return { kind: 'range', from: isoFromNanos(from), to: isoFromNanos(to) }
}

/** `yesterday 14:00`, `14:00`, `monday 9:05:30`, or a time stamp. */
function moment(text: string, typed: string, clock: Clock): TypedTime | undefined {
  const match = /^(?:([a-z]+|\d{4}-\d{2}-\d{2})(?:,? at|,)? )?(\d.*|noon|midnight)$/.exec(typed)
  const time = match === null ? undefined : clockTime(match[2] ?? '')
  if (time !== undefined) {
    const name = match?.[1] ?? 'today'
    const named = dayBack(name, clock)
    if (named !== undefined) {
      const at = onDayOf(midnight(named, clock), time, clock)
      const isAhead = match?.[1] === undefined && at > clock.now
      return { kind: 'moment', at: isAhead ? onDayOf(midnight(-1, clock), time, clock) : at }
    }
  }
  const at = readTimestamp(text, clock.now, clock.zone)
  return at === undefined ? undefined : { kind: 'moment', at }
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Days from today of a day's name: 0 for today, -1 for yesterday, the last such weekday that has begun. */
function dayBack(typed: string, { now, zone }: Clock): number | undefined {
  if (typed === 'today') return 0
  if (typed === 'yesterday') return -1
  const name = typed.replace(/^last /, '')
  const weekday = WEEKDAYS.findIndex((each) => each === name || (name.length === 3 && each.startsWith(name)))
  if (weekday === -1) return undefined
  const today = wallTime(Number(now / NANOS_PER_MILLI), zone).weekday
  const back = (today - weekday + 7) % 7
  return -(back === 0 && typed.startsWith('last ') ? 7 : back)
}

/** Milliseconds of a day's clock: `14:00`, `9:05:30.5`, `2pm`, `noon`. */
function clockTime(typed: string): number | undefined {
  if (typed === 'noon') return 12 * 3_600_000
  if (typed === 'midnight') return 0
  const match = /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?)? ?([ap])?\.?(?:m\.?)?$/.exec(typed)
  if (match === null || (match[2] === undefined && match[5] === undefined)) return undefined
  const [, hours = '', minutes = '0', seconds = '0', fraction = '0', half] = match
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half === 'p' ? 12 : 0)
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59 || (half !== undefined && Number(hours) > 12))
    return undefined
  return ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(fraction.padEnd(3, '0'))
}

/** The beginning of a day, so many days from today. */
function midnight(days: number, { now, zone }: Clock): Nanos {
  const { year, month, day } = wallTime(Number(now / NANOS_PER_MILLI), zone)
  return nanosFromMillis(momentOfWall(Date.UTC(year, month - 1, day + days), zone))
}

function dayAfter(start: Nanos, clock: Clock): Nanos {
  return onDayOf(start, 0, clock, 1)
}

/** A clock time on the day of a moment, or so many days behind it. */
function onDayOf(moment: Nanos, time: number, { zone }: Clock, days = 0): Nanos {
  const { year, month, day } = wallTime(Number(moment / NANOS_PER_MILLI), zone)
  return nanosFromMillis(momentOfWall(Date.UTC(year, month - 1, day + days) + time, zone))
}
