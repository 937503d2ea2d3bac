import { NANOS_PER_SECOND, type Nanos } from '@heartwood/event'

/**
 * The commonest shape of all, `2024-05-01T10:11:12.123456789Z` (also with a space, without zone or fraction), read
 * without a regular expression. Undefined for every other shape: those are tried the general way, and what both can
 * read they read alike.
 */
export function nanosFromPlainIso(text: string): Nanos | undefined {
  const length = text.length
  if (length < 19 || length > 30) return undefined
  const separator = text.charCodeAt(10)
  if (separator !== 0x54 && separator !== 0x20) return undefined
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return undefined
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  if (year < 1678 || year > 2261 || hour > 23 || minute > 59 || second > 59) return undefined
  if (hour < 0 || minute < 0 || second < 0 || day < 1 || day > daysOf(year, month)) return undefined
  const end = text.charCodeAt(length - 1) === 0x5a ? length - 1 : length
  let nanos = 0
  if (end > 19) {
    if (text.charCodeAt(19) !== 0x2e || end < 21 || end > 29) return undefined
    const fraction = digits(text, 20, end)
    if (fraction < 0) return undefined
    nanos = fraction * 10 ** (29 - end)
  }
  const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
  return BigInt(seconds) * NANOS_PER_SECOND + BigInt(nanos)
}

/** The decimal number at [from, to), or -1 where another character is among the digits. */
function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days of a month of the Gregorian calendar, 0 where there is no such month. */
function daysOf(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return leap ? 29 : (DAYS[month - 1] ?? 0)
}

/** Days from 1970-01-01, counted in years that begin in March, so that the leap day is the last (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
