import type { Sending } from './protocol.ts'

/**
 * The finalizer of MurmurHash3 (public domain by Austin Appleby): every bit of the result depends on every bit of a
 * 32-bit number.
 */
function mixed(bits: number): number {
  let h = bits
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** One of the four 32-bit words of a line's trace id. */
export function traceWord(seed: Sending['seed'], line: number, word: number): number {
  return mixed((seed[word >> 1] ?? 0) + Math.imul(line * 4 + word + 1, 0x9e3779b9))
}

/** The trace id that a line of a sending has. */
export function traceId(seed: Sending['seed'], line: number): string {
  return [0, 1, 2, 3].map((word) => traceWord(seed, line, word).toString(16).padStart(8, '0')).join('')
}

/**
 * When a line of a sending happened, microseconds since 1970: the lines are evenly apart up to the end, each somewhere
 * in its slot, so that times are in order and fall on no round number.
 */
export function timeOfLine(
  { endMicros, microsPerEvent, seed }: Sending,
  line: number,
  lines: number,
): number {
  const slot = endMicros - Math.ceil((lines - line) * microsPerEvent)
  return slot + (microsPerEvent < 1 ? 0 : mixed(seed[0] ^ (line + 1)) % Math.floor(microsPerEvent))
}
