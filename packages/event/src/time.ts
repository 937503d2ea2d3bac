/**
 * Time as the product keeps it: UTC nanoseconds since 1970 in a bigint (int64).
 * A double cannot hold them, so no number of nanoseconds ever passes through `number`.
 */
export type Nanos = bigint

export const NANOS_PER_MILLI = 1_000_000n
export const NANOS_PER_SECOND = 1_000_000_000n
export const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND

/** The int64 range: 1677-09-21 to 2262-04-11. A time outside it becomes the receipt time with a flag. */
export const MIN_NANOS = -(2n ** 63n)
export const MAX_NANOS = 2n ** 63n - 1n

/** Epoch milliseconds (may be fractional or negative) to nanoseconds. */
export function nanosFromMillis(millis: number): Nanos {
  const whole = Math.floor(millis)
  return BigInt(whole) * NANOS_PER_MILLI + BigInt(Math.round((millis - whole) * 1e6))
}

/** Nanoseconds to epoch milliseconds, rounded down (also before 1970). */
export function millisFromNanos(nanos: Nanos): number {
  const quotient = nanos / NANOS_PER_MILLI
  return Number(nanos % NANOS_PER_MILLI < 0n ? quotient - 1n : quotient)
}

/** ISO 8601 in UTC with as many fraction digits as the value needs: 3, 6 or 9. */
export function isoFromNanos(nanos: Nanos): string {
  const millis = millisFromNanos(nanos)
  const below = Number(nanos - BigInt(millis) * NANOS_PER_MILLI)
  const second = Math.floor(millis / 1_000)
  const start = isoOfSecond(second)
  const digits = String((millis - second * 1_000) * 1_000_000 + below).padStart(9, '0')
  if (below === 0) return `${start}${digits.slice(0, 3)}Z`
  return `${start}${digits.endsWith('000') ? digits.slice(0, 6) : digits}Z`
}

let lastSecond = { second: 0, iso: '1970-01-01T00:00:00.' }

/** Up to the fraction. Most times that are written one after the other are of one second. */
function isoOfSecond(second: number): string {
  if (second !== lastSecond.second)
    lastSecond = { second, iso: new Date(second * 1_000).toISOString().slice(0, -4) }
  return lastSecond.iso
}

const ISO =
  /^([+-]?\d{4,6})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?\s?(Z|z|UTC|[+-]\d{2}:?(?:\d{2})?)?)?$/

/**
 * ISO 8601 / RFC 3339 with up to nanoseconds; a missing zone means UTC, a date alone its midnight.
 * Digits past the ninth are cut. Returns undefined for anything else, and for a time that int64 cannot hold.
 */
export function nanosFromIso(text: string): Nanos | undefined {
  const match = ISO.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  const leap = second === '60'
  const millis = utcMillis(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    leap ? 59 : Number(second),
  )
  if (millis === undefined) return undefined
  const offset = zoneMinutes(zone)
  if (offset === undefined) return undefined
  const nanos =
    BigInt(millis - offset * 60_000 + (leap ? 1000 : 0)) * NANOS_PER_MILLI + BigInt(fraction.padEnd(9, '0'))
  return nanos >= MIN_NANOS && nanos <= MAX_NANOS ? nanos : undefined
}

/** Epoch milliseconds of a UTC calendar time, or undefined where the calendar has no such time. Month counts from 1. */
export function utcMillis(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
    return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, 0)
  return date.getUTCMonth() === month - 1 ? date.getTime() : undefined
}

/** Minutes east of UTC of `Z`, `UTC`, `+02:00`, `+0200` or `+02`. */
export function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z' || zone === 'UTC') return 0
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone)
  if (!match || Number(match[2]) > 15 || Number(match[3] ?? 0) > 59) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return match[1] === '-' ? -minutes : minutes
}
