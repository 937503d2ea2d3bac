import { NANOS_PER_SECOND } from '@heartwood/event'
import type { ReadTime, ZoneOfTime } from './calendar.ts'

/**
 * Reads the commonest shape of all, `2024-05-01T10:11:12.123456789Z` (also with a space, a comma, without zone or fraction), from
 * bytes, without a regular expression, a string or a bigint. What it can read, the general way reads alike.
 */
export class PlainIso {
  /** The time read last: seconds since 1970, rounded down, and nanoseconds of the second. */
  seconds = 0
  nanos = 0
  zone: ZoneOfTime = 'assumed'
  /** Year, month and day read last as one number, and the days since 1970 they are: times mostly follow on one day. */
  #date = 0
  #days = 0

  /** Reads the time that begins at `start`; gives where it ends, or -1 where there is none of this shape. */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 19) return -1
    const separator = bytes[start + 10]
    if (separator !== LETTER_T && separator !== SPACE) return -1
    if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return -1
    if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return -1
    const year = digits(bytes, start, start + 4)
    const month = digits(bytes, start + 5, start + 7)
    const day = digits(bytes, start + 8, start + 10)
    const hour = digits(bytes, start + 11, start + 13)
    const minute = digits(bytes, start + 14, start + 16)
    const second = digits(bytes, start + 17, start + 19)
    if (year < 1678 || year > 2261 || hour > 23 || minute > 59 || second > 59) return -1
    if (month < 0 || day < 1 || hour < 0 || minute < 0 || second < 0) return -1
    const days = this.#daysOf(year, month, day)
    if (Number.isNaN(days)) return -1
    this.seconds = days * 86_400 + hour * 3600 + minute * 60 + second
    this.nanos = 0
    const point = end > start + 19 && (bytes[start + 19] === DOT || bytes[start + 19] === COMMA)
    const at = point ? this.#readFraction(bytes, start + 20, end) : start + 19
    const isZulu = at > 0 && at < end && bytes[at] === LETTER_Z
    this.zone = isZulu ? 'named' : 'assumed'
    return isZulu ? at + 1 : at
  }

  /** What was read last, as it stands in memory: the two halves of int64 nanoseconds, the lower one first. */
  put(halves: Int32Array, at: number): void {
    // Products of 2^16 and 10^9 at most, which a double holds exactly.
    const high = Math.floor(this.seconds / 65_536)
    const upper = high * 1e9
    const upperHigh = Math.floor(upper / 65_536)
    const lower = (this.seconds - high * 65_536) * 1e9 + this.nanos + (upper - upperHigh * 65_536) * 65_536
    const carry = Math.floor(lower / TWO_32)
    halves[at] = lower - carry * TWO_32
    halves[at + 1] = upperHigh + carry
  }

  /** One to nine digits and no more; gives where they end, or -1. */
  #readFraction(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    let value = 0
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    const count = at - start
    if (count < 1 || count > 9) return -1
    this.nanos = value * (POWERS_OF_TEN[9 - count] ?? 1)
    return at
  }

  #daysOf(year: number, month: number, day: number): number {
    const date = (year * 100 + month) * 100 + day
    if (date !== this.#date) {
      this.#date = date
      this.#days = day <= daysOf(year, month) ? daysSinceEpoch(year, month, day) : Number.NaN
    }
    return this.#days
  }
}

const textReader = new PlainIso()

/** The time that a whole text of this shape is, or undefined. */
export function timeOfPlainIso(text: string): ReadTime | undefined {
  if (text.length < 19 || text.length > 30) return undefined
  const bytes = Buffer.from(text)
  if (textReader.read(bytes, 0, bytes.length) !== bytes.length) return undefined
  const nanos = BigInt(textReader.seconds) * NANOS_PER_SECOND + BigInt(textReader.nanos)
  return { kind: 'exact', nanos, zone: textReader.zone }
}

const TWO_32 = 2 ** 32
const SPACE = 0x20
const DASH = 0x2d
const COMMA = 0x2c
const DOT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const LETTER_T = 0x54
const LETTER_Z = 0x5a
const POWERS_OF_TEN = Array.from({ length: 10 }, (_, n) => 10 ** n)

/** The decimal number at [from, to), or -1 where another character is among the digits. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
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
