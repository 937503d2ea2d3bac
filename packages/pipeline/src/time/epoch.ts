import { MAX_NANOS, type Nanos } from '@heartwood/event'

/**
 * Epoch time in seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude: each unit counts from
 * 1973 (10^8 s) on, and its window ends where the next begins, so no number has two meanings. Smaller numbers are
 * more likely durations or counters and give undefined.
 * @param text plain decimal digits with an optional fraction, as JSON or text has them: exact, no double in between
 */
export function nanosFromEpoch(text: string): Nanos | undefined {
  const match = EPOCH.exec(text)
  if (match === null) return undefined
  const [, whole = '', fraction = ''] = match
  const digits = whole.length
  const scale = digits <= 11 ? 9 : digits <= 14 ? 6 : digits <= 17 ? 3 : 0
  const nanos = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'))
  return nanos <= MAX_NANOS ? nanos : undefined
}

const EPOCH = /^([1-9]\d{8,19})(?:\.(\d{1,30}))?$/
