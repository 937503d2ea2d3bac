import type { Range } from '../expected/ledger.ts'

/**
 * A range somewhere in a span, from nearly all of it to a twentieth, short ones as likely as long ones; its edges are odd
 * microseconds, so they cut through seconds, minutes, bodies and segments.
 */
export function someRange({ from, to }: Range, random: () => number): Range {
  const all = to - from
  const width = all * SHORTEST ** random() * 0.98
  const begin = from + random() * (all - width)
  return { from: odd(begin), to: odd(begin + width) }
}

const SHORTEST = 1 / 20

/** A range of a length, somewhere in a span that is longer. */
export function someRangeOf(micros: number, { from, to }: Range, random: () => number): Range {
  const begin = odd(from + random() * Math.max(0, to - from - micros))
  return { from: begin, to: begin + micros }
}

function odd(micros: number): number {
  return Math.floor(micros / 2) * 2 + 1
}

/** As the API takes times: to the microsecond. */
export function isoFromMicros(micros: number): string {
  const millis = Math.floor(micros / 1_000)
  const rest = String(micros - millis * 1_000).padStart(3, '0')
  return new Date(millis).toISOString().replace('Z', `${rest}Z`)
}
