import { APOSTROPHE, COLON, EQUALS, isBeyondAscii, QUOTE, SPACE } from './ascii-bytes.ts'
import { MAY_NAME, namedBefore } from './named-ids.ts'

/** Hexadecimal digits of a trace id (W3C Trace Context, 3.2.2.3). */
export const TRACE_ID_BYTES = 32

/**
 * Where the trace id of the commonest make begins in the UTF-8 at `start` to `end`, of which `namedIds` says that it names
 * a trace and nothing else: 32 lower-case digits behind `trace_id=`, `"traceId": "` and the like. -1 where it may be any
 * other, or none; what is found here the general way finds alike.
 */
export function plainTraceAt(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const mark = bytes[at]
    if (mark !== EQUALS && mark !== COLON) continue
    if (namedBefore(bytes, start, at) === MAY_NAME.trace)
      return isPlainName(bytes, start, at) ? idBehind(bytes, at + 1, end) : -1
  }
  return -1
}

/** Whether the name before `mark` begins a word, and not one of Datadog's, whose ids are decimal. */
function isPlainName(bytes: Uint8Array, start: number, mark: number): boolean {
  let at = mark
  while (at > start && (bytes[at - 1] ?? 0) !== LETTER_C && (bytes[at - 1] ?? 0) !== CAPITAL_C) at--
  const before = at - 'trac'.length - 1
  if (before < start) return true
  const byte = bytes[before] ?? 0
  const follows = isBeyondAscii(byte) || IN_WORD[byte] === 1 || byte === DOT || byte === UNDERSCORE
  return !follows
}

function idBehind(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  if (bytes[at] === SPACE) at++
  if (bytes[at] === QUOTE || bytes[at] === APOSTROPHE) at++
  const stop = at + TRACE_ID_BYTES
  if (stop > end) return -1
  let isZero = true
  for (let i = at; i < stop; i++) {
    const byte = bytes[i] ?? 0
    if (IN_LOWER_HEX[byte] === 0) return -1
    isZero &&= byte === ZERO
  }
  const after = stop < end ? (bytes[stop] ?? 0) : SPACE
  const goesOn = isBeyondAscii(after) || IN_WORD[after] === 1 || after === DASH || after === UNDERSCORE
  return isZero || goesOn ? -1 : at
}

const DOT = 0x2e
const DASH = 0x2d
const UNDERSCORE = 0x5f
const ZERO = 0x30
const LETTER_C = 0x63
const CAPITAL_C = 0x43
const IN_WORD = new Uint8Array(256)
const IN_LOWER_HEX = new Uint8Array(256)
for (let byte = 0; byte < 128; byte++) IN_WORD[byte] = /[A-Za-z0-9]/.test(String.fromCharCode(byte)) ? 1 : 0
for (const byte of Buffer.from('0123456789abcdef')) IN_LOWER_HEX[byte] = 1
