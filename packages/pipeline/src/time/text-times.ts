import { SURE_PATTERN } from '../level/words.ts'
import { type CalendarParts, monthOf, type ReadTime, readTime, ZONE_NAMES, zoneOf } from './calendar.ts'
import { timeOfPlainIso } from './plain-iso.ts'

const FRACTION = '(?:[.,](?<f>\\d{1,30}))?'
/** The half of the day: 10:11:12 PM. */
const HALF = '(?: (?<pm>[AP]M|[ap]m)(?![\\w-]))?'
const CLOCK = `(?<h>\\d{2}):(?<mi>\\d{2}):(?<s>\\d{2})${FRACTION}${HALF}`
const OFFSET = '[+-]\\d{2}:?\\d{2}'
/** A two-digit offset only counts when it touches the time: `10:11:12 -05` may be anything. */
const ZONE = `(?:(?<z>[Zz]|[+-]\\d{2}(?::?\\d{2})?| ?${OFFSET}| ?(?:${ZONE_NAMES}))(?![A-Za-z0-9]))?`
const MONTH = '(?<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const DOW = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'

/** The ways to write a time. Named groups: y mo mon d h mi s f z pm. */
const SHAPES = {
  // ISO 8601 and what looks like it: 2024-05-01T10:11:12.123456789Z, 2024-05-01 10:11:12,123 +0200, 2024/05/01 10:11:12,
  // Java's 2024-05-01T12:11:12+02:00[Europe/Berlin]; seconds may be missing.
  iso: `(?<y>\\d{4})([-/.])(?<mo>\\d{2})\\2(?<d>\\d{2})[Tt_ ](?<h>\\d{2}):(?<mi>\\d{2})(?::(?<s>\\d{2})${FRACTION}|(?!:\\d))${HALF}${ZONE}(?:\\[[A-Za-z_/+-]{1,40}\\])?`,
  // ISO 8601 basic: 20240501T101112.123Z
  basic: `(?<y>\\d{4})(?<mo>\\d{2})(?<d>\\d{2})[Tt](?<h>\\d{2})(?<mi>\\d{2})(?<s>\\d{2})${FRACTION}${ZONE}`,
  // Common log format: 01/May/2024:10:11:12 +0200
  access: `(?<d>\\d{2})/${MONTH}/(?<y>\\d{4}):${CLOCK}${ZONE}`,
  // RFC 5322, HTTP date, Tomcat, Redis: Wed, 01 May 2024 10:11:12 GMT; 01-May-2024 10:11:12.123
  day_month: `(?:${DOW},? )?(?<d>\\d{1,2})([- ])${MONTH}\\2(?<y>\\d{4})[ :T]${CLOCK}${ZONE}`,
  // ctime, date(1), Apache's error log: Wed May  1 10:11:12.123456 2024, Wed May 1 10:11:12 UTC 2024, May  1 10:11:12 2024
  ctime: `(?:${DOW} )?${MONTH} {1,2}(?<d>\\d{1,2}) ${CLOCK}${ZONE} (?<y>(?:19|20)\\d{2})(?![:.-]+\\w)`,
  // java.util.logging: May 01, 2024 10:11:12 AM
  java_util_logging: `${MONTH} (?<d>\\d{1,2}),? (?<y>\\d{4}) (?<h>\\d{1,2}):(?<mi>\\d{2}):(?<s>\\d{2})${FRACTION}${HALF}${ZONE}`,
  // syslog (RFC 3164), without a year: May  1 10:11:12
  syslog: `(?:${DOW} )?${MONTH} {1,2}(?<d>\\d{1,2}) ${CLOCK}${ZONE}`,
} as const satisfies Record<string, string>

export type TimeShape = keyof typeof SHAPES

/** How Go prints a time: its zone twice, and the clock that never goes back. `2024-05-01 10:11:12.5 +0200 CEST m=+0.017` */
const GO = `${SHAPES.iso}(?<=[+-]\\d{4}) (?:[A-Z]{3,5}|[+-]\\d{2,4})(?: m=[+-]\\d{1,12}\\.\\d{1,9})?`

const WHOLE = [...Object.values(SHAPES), GO].map((source) => new RegExp(`^\\s*${source}\\s*$`))

/** The time that a whole text is, or undefined. A missing zone means UTC; a date without a time of day is no time. */
export function timeOfText(text: string): ReadTime | undefined {
  const plain = timeOfPlainIso(text)
  if (plain !== undefined) return plain
  return generalTimeOfText(text)
}

/** The same by the shapes alone. */
export function generalTimeOfText(text: string): ReadTime | undefined {
  if (text.length < 14 || text.length > 80) return undefined
  for (const shape of WHOLE) {
    const match = shape.exec(text)
    if (match !== null) return timeOfMatch(match)
  }
  return undefined
}

/** What may stand before the time of a line: syslog priority and version, a level word, an opening bracket or quote. */
const BEFORE = `\\s{0,8}(?:<\\d{1,3}>(?:\\d )?)?(?:\\[?(?:${SURE_PATTERN.toUpperCase()}|${SURE_PATTERN})\\]?:?[ |]{1,4})?["'\\[(]?`
const CLIENT = '\\S{1,255} \\S{1,64} \\S{1,255} \\['

/** Behind the time no place may name its zone (`Europe/Berlin`), whose offset is not known here. */
const AT_START = Object.values(SHAPES).map(
  (source) => new RegExp(`^(?:${BEFORE})${source}(?![A-Za-z0-9]|(?::\\d\\d)? [A-Z][A-Za-z]{2,20}/[A-Z])`),
)
/** The common log format has the client, ident and user first. */
const ACCESS_LOG = new RegExp(`^${CLIENT}${SHAPES.access}\\]`)
/** glog and klog: a level letter, month and day, time, thread: I0501 10:11:12.123456   1234 file.go:12] */
const GLOG =
  /^[IWEF](?<mo>\d{2})(?<d>\d{2}) (?<h>\d{2}):(?<mi>\d{2}):(?<s>\d{2})\.(?<f>\d{6})(?= +\d+ \S+:\d+\])/

/** A time at the start of a line and where it ends (UTF-16), or undefined. */
export function timeAtStart(line: string): { readonly time: ReadTime; readonly end: number } | undefined {
  const head = line.slice(0, HEAD)
  if (!/\d\d:?\d\d/.test(head)) return undefined
  for (const shape of [...AT_START, GLOG, ACCESS_LOG]) {
    const match = shape.exec(head)
    if (match === null) continue
    const time = timeOfMatch(match)
    if (time !== undefined) return { time, end: match[0].length }
  }
  return undefined
}

/** A shape to be looked for at a place of a line. */
export function stickyShape(shape: TimeShape): RegExp {
  return new RegExp(`${SHAPES[shape]}(?![A-Za-z0-9])`, 'y')
}

const HEAD = 640

/** The time in the groups of a match of a shape; undefined where the calendar has none such or nobody knows the zone. */
export function timeOfMatch(match: RegExpExecArray): ReadTime | undefined {
  const { y, mo, mon, d, h, mi, s = '0', f = '', z, pm } = match.groups ?? {}
  const zone = zoneOf(z?.trim())
  if (zone === undefined) return undefined
  const hour = hourOf(Number(h), pm)
  if (hour === undefined) return undefined
  const parts: CalendarParts = {
    year: y === undefined ? undefined : Number(y),
    month: mon === undefined ? Number(mo) : monthOf(mon),
    day: Number(d),
    hour,
    minute: Number(mi),
    second: Number(s),
    fraction: f,
    zone: z === undefined ? undefined : zone,
  }
  return readTime(parts)
}

/** The hour of the day, where a half of it is told; undefined where no clock of twelve hours shows that. */
export function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0)
}
