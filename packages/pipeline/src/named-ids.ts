import { COLON, DASH, EQUALS, endsWith, hasMark, nameEnd } from './ascii-bytes.ts'

/** What a message may say, one bit each. */
export const MAY_NAME = { trace: 1, span: 2, request: 4, traceparent: 8 } as const

const ANY_NAME = MAY_NAME.trace | MAY_NAME.span | MAY_NAME.request
const NAMES = Object.entries({
  trace: MAY_NAME.trace,
  span: MAY_NAME.span,
  request: MAY_NAME.request,
  req: MAY_NAME.request,
  correlation: MAY_NAME.request,
}).map(([name, bit]) => ({ letters: Buffer.from(name), bit }))

/**
 * Which ids the UTF-8 at `start` to `end` may name, as `trace_id=`, `"spanId": ` or `Request-ID =` in any case, or hold as
 * a traceparent: one pass for the `=`, `:` or `-` that each of them has, and a look at what stands before. A bit too many
 * only costs time.
 */
export function namedIds(bytes: Uint8Array, words: DataView, start: number, end: number): number {
  let found = 0
  let at = start
  for (; at + 4 <= end; at += 4) {
    if (!hasMark(words.getInt32(at, true))) continue
    for (let i = at; i < at + 4; i++) found |= namedBefore(bytes, start, i)
  }
  for (; at < end; at++) found |= namedBefore(bytes, start, at)
  return found
}

/** The bits for what ends with the byte at `at`. */
export function namedBefore(bytes: Uint8Array, start: number, at: number): number {
  const mark = bytes[at]
  if (mark === DASH) return endsWith(bytes, start, at, ZEROS) ? MAY_NAME.traceparent : 0
  if (mark !== EQUALS && mark !== COLON) return 0
  const end = nameEnd(bytes, start, at)
  if (end === -1) return ANY_NAME
  if (!endsWith(bytes, start, end, ID)) return 0
  const joint = end - ID.length
  const nameStop = joint > start && IS_JOINT[bytes[joint - 1] ?? 0] === 1 ? joint - 1 : joint
  for (const { letters, bit } of NAMES) if (endsWith(bytes, start, nameStop, letters)) return bit
  return 0
}

const ZEROS = Buffer.from('00')
const ID = Buffer.from('id')
const IS_JOINT = new Uint8Array(256)
for (const byte of Buffer.from(' ._-')) IS_JOINT[byte] = 1
