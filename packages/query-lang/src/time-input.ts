import {
  MAX_NANOS,
  MIN_NANOS,
  NANOS_PER_DAY,
  NANOS_PER_MILLI,
  NANOS_PER_SECOND,
  type Nanos,
  nanosFromIso,
} from '@heartwood/event'

const UNITS: Readonly<Record<string, Nanos>> = {
  ms: NANOS_PER_MILLI,
  s: NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  h: 3600n * NANOS_PER_SECOND,
  d: NANOS_PER_DAY,
  w: 7n * NANOS_PER_DAY,
}

/**
 * A time as people write it: `now`, `now-1h`, `now+30s` (ms, s, m, h, d, w; several may follow: `now-1d-12h`),
 * `beginning` (the earliest time there is), ISO 8601, or epoch milliseconds (a fraction is allowed).
 * A date of a year past what int64 nanoseconds hold (`9999-12-31`, "for ever") is the last time they do, or the first.
 * Undefined for anything else, and for other times past it.
 */
export function parseTime(text: string, now: Nanos): Nanos | undefined {
  const trimmed = text.trim()
  if (trimmed === 'beginning') return MIN_NANOS
  const nanos = fromNow(trimmed, now) ?? fromMillis(trimmed) ?? nanosFromIso(trimmed) ?? fromFarYear(trimmed)
  return nanos !== undefined && nanos >= MIN_NANOS && nanos <= MAX_NANOS ? nanos : undefined
}

/** A length of time, `1500ms`, `30s`, `5m`, `2h`, `7d`, `1w`, in nanoseconds; undefined where it is none or zero. */
export function parseDuration(text: string): Nanos | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d|w)$/.exec(text.trim())
  const unit = UNITS[match?.[2] ?? '']
  const nanos = match === null || unit === undefined ? 0n : BigInt(match[1] ?? '0') * unit
  return nanos > 0n && nanos <= MAX_NANOS ? nanos : undefined
}

function fromNow(text: string, now: Nanos): Nanos | undefined {
  if (!/^now(?:\s*[+-]\s*\d{1,9}(?:ms|s|m|h|d|w))*$/.test(text)) return undefined
  let nanos = now
  for (const [, sign, amount = '0', unit = 's'] of text.matchAll(/([+-])\s*(\d+)(ms|s|m|h|d|w)/g)) {
    const length = BigInt(amount) * (UNITS[unit] ?? 0n)
    nanos += sign === '-' ? -length : length
  }
  return nanos
}

function fromFarYear(text: string): Nanos | undefined {
  const year = Number(/^\d{4}(?=-)/.exec(text)?.[0])
  // Sound but for its year: 2000 is a leap year, so every date has its like there.
  if (Number.isNaN(year) || nanosFromIso(`2000${text.slice(4)}`) === undefined) return undefined
  if (year >= 2262) return MAX_NANOS
  return year <= 1677 ? MIN_NANOS : undefined
}

function fromMillis(text: string): Nanos | undefined {
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,6})\d*)?$/.exec(text)
  if (!match) return undefined
  const [, sign, whole = '0', fraction = ''] = match
  const nanos = BigInt(whole) * NANOS_PER_MILLI + BigInt(fraction.padEnd(6, '0'))
  return sign === '-' ? -nanos : nanos
}
