import { MAX_NANOS, MIN_NANOS, NANOS_PER_MILLI, type Nanos, utcMillis } from '@heartwood/event'

/** A time as text gave it: complete, or without its year. */
export type ReadTime =
  | { readonly kind: 'exact'; readonly nanos: Nanos; readonly zone: ZoneOfTime }
  | { readonly kind: 'yearless'; readonly inYear: (year: number) => Nanos | undefined }

/** Whether the text said which zone it is in (an epoch does), or UTC was assumed. */
export type ZoneOfTime = 'named' | 'assumed'

export interface CalendarParts {
  /** Undefined: the text has none. */
  readonly year: number | undefined
  /** From 1. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Digits of the fraction of a second; those past the ninth are cut. */
  readonly fraction: string
  /** Minutes east of UTC. Undefined: the text names none, and UTC is assumed. */
  readonly zone: number | undefined
}

/** The time, or undefined where the calendar has none such or int64 nanoseconds cannot hold it. */
export function readTime(parts: CalendarParts): ReadTime | undefined {
  if (parts.year !== undefined) {
    const nanos = nanosInYear(parts, parts.year)
    const zone = parts.zone === undefined ? 'assumed' : 'named'
    return nanos === undefined ? undefined : { kind: 'exact', nanos, zone }
  }
  // 2024 is a leap year: 29 February is a day of some year.
  if (nanosInYear(parts, 2024) === undefined) return undefined
  return { kind: 'yearless', inYear: (year) => nanosInYear(parts, year) }
}

/** The time of digits that a pattern matched: `hh:mm:ss`, UTC. */
export function calendarTime(
  year: string | undefined,
  month = '',
  day = '',
  clock = '',
  fraction = '',
): ReadTime | undefined {
  const [hour, minute, second] = clock.split(':').map(Number)
  if (hour === undefined || minute === undefined || second === undefined) return undefined
  return readTime({
    year: year === undefined ? undefined : Number(year),
    month: Number(month),
    day: Number(day),
    hour,
    minute,
    second,
    fraction,
    zone: undefined,
  })
}

function nanosInYear(parts: CalendarParts, year: number): Nanos | undefined {
  // A leap second is the first of the next minute, as POSIX time has none.
  const leap = parts.second === 60
  const second = leap ? 59 : parts.second
  const millis = utcMillis(year, parts.month, parts.day, parts.hour, parts.minute, second)
  if (millis === undefined) return undefined
  const whole = BigInt(millis + (leap ? 1000 : 0) - (parts.zone ?? 0) * 60_000) * NANOS_PER_MILLI
  const nanos = whole + BigInt(parts.fraction.slice(0, 9).padEnd(9, '0'))
  return nanos >= MIN_NANOS && nanos <= MAX_NANOS ? nanos : undefined
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** 1 to 12 of an English month name or its first three letters, any case; 0 for anything else. */
export function monthOf(word: string): number {
  return MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1
}

/**
 * Minutes east of UTC of a zone as logs write it. Abbreviations: those RFC 5322 defines and others with one meaning.
 * `undefined` for names that mean several zones (IST, BST): a time an hour off is worse than none.
 */
export function zoneOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === '') return 0
  const upper = zone.toUpperCase()
  if (Object.hasOwn(ZONES, upper)) return ZONES[upper]
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/.exec(zone)
  if (match === null) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  if (minutes > 18 * 60) return undefined
  return match[1] === '-' ? -minutes : minutes
}

const ZONES: Readonly<Record<string, number | undefined>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  WAT: 60,
  CAT: 120,
  SAST: 120,
  EAT: 180,
  IDT: 180,
  PKT: 300,
  WIB: 420,
  WITA: 480,
  HKT: 480,
  AWST: 480,
  ACST: 570,
  ACDT: 630,
  NZST: 720,
  NZDT: 780,
  NST: -210,
  NDT: -150,
  AKST: -540,
  AKDT: -480,
  HST: -600,
  IST: undefined,
  BST: undefined,
  AST: undefined,
  SST: undefined,
  GST: undefined,
}

/** The abbreviations as a pattern, longest first, and offsets from UTC that say so: `GMT+2`, `UTC-03:30`. */
export const ZONE_NAMES: string = [
  '(?:UTC|GMT)[+-]\\d{1,2}(?::?\\d{2})?',
  ...Object.keys(ZONES).sort((a, b) => b.length - a.length),
].join('|')
