/**
 * Whether a line may be of one of the formats: a look at its bytes that is over before a string of them would be made. False is
 * sure. Most messages are sentences, which begin with a word: what the formats that begin with one need behind it is looked for.
 */
export function mayHaveHead(bytes: Uint8Array, start: number, end: number): boolean {
  if (!isLetter(bytes[start] ?? 0)) return true
  const second = bytes[start + 1] ?? 0
  // Android's `D/tag(`, Ruby's `D, [`, glog's `I0612`; `Jun 12`, `Wed Jun`.
  if (second === SLASH || second === COMMA || isDigit(second) || bytes[start + 3] === SPACE) return true
  let at = start + 1
  while (at < end && isOfWord(bytes[at] ?? 0)) at++
  // `INFO:root:`, `fail: Shop.Cart[17]`.
  if (bytes[at] === COLON) return true
  // Rails' `Started GET` and `Completed 200`.
  if (at - start === STARTED && bytes[start] === UPPER_S) return true
  if (at - start === COMPLETED && bytes[start] === UPPER_C) return true
  while (at < end && bytes[at] === SPACE) at++
  const number = at
  while (at < end && isDigit(bytes[at] ?? 0)) at++
  // BlueGene's seconds since 1970, and the age of a Kubernetes event: `5m`, `1h30m`.
  if (at - number === SECONDS_DIGITS || (at > number && isLetter(bytes[at] ?? 0))) return true
  // Access logs and HAProxy have their time in brackets, docker compose has `web-1 | `.
  for (; at < end; at++) if (bytes[at] === BRACKET || bytes[at] === BAR) return true
  return false
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isOfWord(byte: number): boolean {
  return isLetter(byte) || isDigit(byte) || byte === UNDERSCORE || byte === DOT || byte === DASH
}

const STARTED = 'Started'.length
const COMPLETED = 'Completed'.length
const SECONDS_DIGITS = 10
const SPACE = 0x20
const COMMA = 0x2c
const DASH = 0x2d
const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a
const UPPER_C = 0x43
const UPPER_S = 0x53
const BRACKET = 0x5b
const UNDERSCORE = 0x5f
const BAR = 0x7c
