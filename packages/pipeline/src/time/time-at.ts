import { MAX_NANOS, MIN_NANOS, NANOS_PER_MILLI, utcMillis } from '@heartwood/event'
import { monthOf, type ReadTime, ZONE_NAMES, zoneOf } from './calendar.ts'
import { hourOf, stickyShape, timeOfMatch } from './text-times.ts'

export interface TimeAt {
  /** Undefined where its zone means several, or is one of a place: when it was is not known then. */
  readonly time: ReadTime | undefined
  /** Where the time ends, and its zone. */
  readonly end: number
}

/** MariaDB writes hours before ten with a space. */
const ISO = /\d{4}([-/.])\d{2}\1\d{2}(?:[T ]\d| {2})\d:\d{2}:\d{2}/y
const FRACTION = /[.,](\d{1,30})/y
const HALF = / ([AP]M|[ap]m)(?![\w-])/y
/** Two digits behind a space are an offset in front of a process, as PostgreSQL prints zones that have no name. */
const ZONE = new RegExp(
  `(?: ?[+-]\\d{2}:?\\d{2}| [+-]\\d{2}(?= \\[\\d)|[+-]\\d{2}(?!:)|Z| (?:${ZONE_NAMES}))(?![A-Za-z0-9])`,
  'y',
)
/** Zones by their place (`Europe/Berlin`): their offset is not known here, so nor is the time. */
const PLACE =
  / (?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(?:\/[A-Z][A-Za-z_-]{1,30}){1,2}/y
/** What looks like a place. */
const PERHAPS_PLACE = / [A-Z][A-Za-z]{2,20}\/[A-Z]/y

/**
 * The time of the shape `2024-05-01 10:11:12.123 +0200` at a place of a line; also with slashes or dots, a T, a comma, without
 * fraction. No zone means UTC.
 */
export function readIsoAt(text: string, at: number): TimeAt | undefined {
  if (!tried(ISO, text, at)) return undefined
  const midnight = midnightOf(four(text, at), two(text, at + 5), two(text, at + 8))
  const clock = clockAt(text, at + 11)
  if (midnight === undefined || clock === undefined) return undefined
  let end = at + 19
  let fraction = ''
  const mark = text.charCodeAt(end)
  if (mark === COMMA || mark === DOT) {
    FRACTION.lastIndex = end
    fraction = FRACTION.exec(text)?.[1] ?? ''
    if (fraction !== '') end += 1 + fraction.length
  }
  let shift = 0
  let zone: number | undefined
  const next = text.charCodeAt(end)
  if (next === SPACE || next === PLUS || next === DASH || next === LETTER_Z) {
    if (next === SPACE && tried(PERHAPS_PLACE, text, end)) return inPlace(text, end)
    if (next === SPACE && tried(HALF, text, end)) {
      const hour = two(text, at + 11)
      const ofDay = hourOf(hour, text.slice(end + 1, HALF.lastIndex))
      if (ofDay === undefined) return undefined
      shift = (ofDay - hour) * 3_600_000
      end = HALF.lastIndex
    }
    if (tried(ZONE, text, end)) {
      const offset = zoneOf(text.slice(end, ZONE.lastIndex).trim())
      end = ZONE.lastIndex
      if (offset === undefined) return { time: undefined, end }
      zone = offset
    }
  }
  // Letters or digits that touch the time belong to something else.
  if (isWord(text.charCodeAt(end))) return undefined
  const nanos =
    BigInt(midnight + clock + shift - (zone ?? 0) * 60_000) * NANOS_PER_MILLI +
    (fraction === '' ? 0n : BigInt(fraction.slice(0, 9).padEnd(9, '0')))
  if (nanos < MIN_NANOS || nanos > MAX_NANOS) return undefined
  return { time: { kind: 'exact', nanos, zone: zone === undefined ? 'assumed' : 'named' }, end }
}

/** A time whose zone is that of a place; undefined where it is no place but looks like one. */
function inPlace(text: string, end: number): TimeAt | undefined {
  return tried(PLACE, text, end) ? { time: undefined, end: PLACE.lastIndex } : undefined
}

const SHAPES = {
  month: stickyShape('syslog'),
  month_with_year: stickyShape('java_util_logging'),
  day_month: stickyShape('day_month'),
  ctime: stickyShape('ctime'),
  access: stickyShape('access'),
} as const

/** The time of a shape that is read by its pattern. */
export function readShapeAt(shape: keyof typeof SHAPES, text: string, at: number): TimeAt | undefined {
  const pattern = SHAPES[shape]
  pattern.lastIndex = at
  const match = pattern.exec(text)
  if (match === null) return undefined
  const end = at + match[0].length
  if (tried(PERHAPS_PLACE, text, end)) return inPlace(text, end)
  if (zoneOf(match.groups?.z?.trim()) === undefined) return { time: undefined, end }
  const time = timeOfMatch(match)
  return time && { time, end }
}

const MONTH = /([A-Z][a-z]{2}) ([ \d]\d) \d\d:\d\d:\d\d(?= (?![ap]m)[a-z])/y
/** Of a leap year: 29 February is a day of some year. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * `May  1 10:11:12` in front of a word in small letters, as nearly all lines of syslog have it: what is no year, no zone and no
 * half of a day. What it can read, the shapes read alike.
 */
export function readMonthAt(text: string, at: number): TimeAt | undefined {
  MONTH.lastIndex = at
  const match = MONTH.exec(text)
  if (match === null) return undefined
  const month = monthOf(match[1] ?? '')
  const date = Number(match[2])
  const end = MONTH.lastIndex
  const clock = clockAt(text, end - 8)
  if (date < 1 || date > (DAYS[month - 1] ?? 0) || clock === undefined) return undefined
  const inYear = (year: number) => {
    const midnight = midnightOf(year, month, date)
    return midnight === undefined ? undefined : BigInt(midnight + clock) * NANOS_PER_MILLI
  }
  return { time: { kind: 'yearless', inYear }, end }
}

const ACCESS = /\d\d\/([A-Z][a-z]{2})\/\d{4}:\d\d:\d\d:\d\d ([+-]\d{4})/y

/** `10/Oct/2000:13:55:36 -0700`, as access logs have it, and other times of the common log format. */
export function readAccessTime(text: string): ReadTime | undefined {
  ACCESS.lastIndex = 0
  const match = ACCESS.exec(text)
  if (match === null || ACCESS.lastIndex !== text.length) return readShapeAt('access', text, 0)?.time
  const zone = zoneOf(match[2])
  const midnight = midnightOf(four(text, 7), monthOf(match[1] ?? ''), two(text, 0))
  const clock = clockAt(text, 12)
  if (zone === undefined || midnight === undefined || clock === undefined) return undefined
  const nanos = BigInt(midnight + clock - zone * 60_000) * NANOS_PER_MILLI
  return { kind: 'exact', nanos, zone: 'named' }
}

/** The day asked for last and its midnight: times mostly follow on one day. */
let day = 0
let midnight: number | undefined

/** Milliseconds since 1970 of the midnight, UTC; undefined where the calendar has no such day. */
function midnightOf(year: number, month: number, date: number): number | undefined {
  const asked = (year * 100 + month) * 100 + date
  if (asked !== day) {
    day = asked
    midnight = utcMillis(year, month, date, 0, 0, 0)
  }
  return midnight
}

/** Milliseconds since midnight of `hh:mm:ss`; undefined where no clock shows that. */
function clockAt(text: string, at: number): number | undefined {
  const hour = two(text, at)
  const minute = two(text, at + 3)
  const second = two(text, at + 6)
  return hour > 23 || minute > 59 || second > 59 ? undefined : ((hour * 60 + minute) * 60 + second) * 1000
}

function tried(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

/** The number of two digits, of which a space may stand for the first. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at)
  return (tens === SPACE ? 0 : tens - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO
}

function four(text: string, at: number): number {
  return two(text, at) * 100 + two(text, at + 2)
}

function isWord(unit: number): boolean {
  return (unit >= ZERO && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)
}

const SPACE = 0x20
const PLUS = 0x2b
const COMMA = 0x2c
const DASH = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const LETTER_Z = 0x5a
