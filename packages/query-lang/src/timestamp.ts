import { MAX_NANOS, MIN_NANOS, NANOS_PER_MILLI, type Nanos, utcMillis, zoneMinutes } from '@heartwood/event'
import { isTimeZone, momentOfWall, wallTime } from './time-zone.ts'

/**
 * A time stamp as logs and tools write it, to the nanosecond: ISO 8601 and its relatives (a space, a comma, no zone, Go, Python,
 * compact), syslog, access logs, ctime, RFC 1123, klog, epoch seconds to nanoseconds. Brackets and quotes around it do not matter.
 * Undefined for all else; a text with more than a time stamp is none.
 * @param zone IANA name of the zone of stamps that name none
 */
export function readTimestamp(text: string, now: Nanos, zone: string): Nanos | undefined {
  const stamp = text
    .trim()
    .replace(/^["'`[(<]+|["'`\])>,;]+$/g, '')
    .trim()
  if (stamp.length < 8 || stamp.length > 60) return undefined
  return fromEpoch(stamp) ?? fromCalendar(stamp, now, zone)
}

/** Digits of the epoch's units: seconds, milliseconds, microseconds, nanoseconds. Years 2001 to 2286 have as many. */
const EPOCH_UNITS: Readonly<Record<number, Nanos>> = {
  10: 1_000_000_000n,
  13: NANOS_PER_MILLI,
  16: 1_000n,
  19: 1n,
}

function fromEpoch(text: string): Nanos | undefined {
  const match = /^(\d{10,19})(?:\.(\d{1,9}))?$/.exec(text)
  if (match === null) return undefined
  const [, whole = '', fraction = ''] = match
  const unit = EPOCH_UNITS[whole.length]
  if (unit === undefined) return undefined
  const below = (BigInt(fraction.padEnd(9, '0')) * unit) / 1_000_000_000n
  return inRange(BigInt(whole) * unit + below)
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const CLOCK = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9})\d*)?)?(?:\s?(?<half>[AaPp])\.?[Mm]\.?)?`
const ZONE = String.raw`(?:\s?(?<zone>Z|z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)(?:\s+[A-Z]{2,5})?(?:\s+m=[+-][\d.]+)?)?`
const MONTH = String.raw`(?<name>[A-Za-z]{3})[a-z]*\.?`
const WEEKDAY = String.raw`(?:[A-Za-z]{3,9},?\s+)?`

/** The shapes of calendar times. A named group each; a year that is not there is the nearest past one. */
const SHAPES: readonly RegExp[] = [
  String.raw`(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?:[T\s_]\s*${CLOCK}${ZONE})?`,
  String.raw`(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})[T\s](?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})(?:[.,](?<fraction>\d{1,9})\d*)?${ZONE}`,
  String.raw`(?<day>\d{1,2})[/\s-]${MONTH}[/\s-](?<year>\d{4})[:\s]\s*${CLOCK}${ZONE}`,
  String.raw`${WEEKDAY}(?<day>\d{1,2})\s+${MONTH}\s+(?<year>\d{4})\s+${CLOCK}${ZONE}`,
  String.raw`${WEEKDAY}${MONTH}\s+(?<day>\d{1,2})\s+${CLOCK}(?:\s[A-Z]{3,4})?(?:\s(?<year>\d{4}))?${ZONE}`,
  String.raw`${MONTH}\s+(?<day>\d{1,2}),?\s+(?<year>\d{4})(?:\s+at)?,?\s+${CLOCK}${ZONE}`,
  String.raw`[IWEF](?<month>\d{2})(?<day>\d{2})\s${CLOCK}`,
].map((shape) => new RegExp(`^${shape}$`))

function fromCalendar(text: string, now: Nanos, zone: string): Nanos | undefined {
  const groups = SHAPES.map((shape) => shape.exec(text)?.groups).find((found) => found !== undefined)
  if (groups === undefined) return undefined
  const month =
    groups.month === undefined ? MONTHS.indexOf(groups.name?.toLowerCase() ?? '') + 1 : Number(groups.month)
  const hour = hourOf(Number(groups.hour ?? 0), groups.half)
  const wallOf = (year: number) =>
    utcMillis(year, month, Number(groups.day), hour, Number(groups.minute ?? 0), Number(groups.second ?? 0))
  const momentOf = (year: number) => {
    const wall = wallOf(year)
    return wall === undefined ? undefined : momentIn(wall, groups.zone, zone)
  }
  const nowMillis = Number(now / NANOS_PER_MILLI)
  const thisYear = wallTime(nowMillis, zone).year
  const millis =
    groups.year !== undefined
      ? momentOf(Number(groups.year))
      : // A day's grace for clocks that run ahead.
        [thisYear + 1, thisYear, thisYear - 1]
          .map(momentOf)
          .find((moment) => moment !== undefined && moment <= nowMillis + 86_400_000)
  if (millis === undefined) return undefined
  return inRange(BigInt(millis) * NANOS_PER_MILLI + BigInt((groups.fraction ?? '').padEnd(9, '0')))
}

function momentIn(wall: number, written: string | undefined, zone: string): number | undefined {
  if (written === undefined) return isTimeZone(zone) ? momentOfWall(wall, zone) : undefined
  const minutes = written === 'GMT' ? 0 : zoneMinutes(written)
  return minutes === undefined ? undefined : wall - minutes * 60_000
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return Number.NaN
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

function inRange(nanos: Nanos): Nanos | undefined {
  return nanos >= MIN_NANOS && nanos <= MAX_NANOS ? nanos : undefined
}
