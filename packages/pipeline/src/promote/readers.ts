/** How a value under a known name is read. Reading what was read gives the same again. */
export interface Reader {
  /** The text the event's own field gets, or undefined where the value is of no use there (it then stays an attribute). */
  read(text: string): string | undefined
  /** Whether the UTF-8 of a value, at `start` to `end`, shows that it is read as it stands; false means "perhaps not". */
  keeps(bytes: Uint8Array, start: number, end: number): boolean
}

const perhaps = (): boolean => false

/** The line itself, as it is. */
export const line: Reader = {
  read: (text) => (text === '' ? undefined : text),
  keeps: (_bytes, start, end) => end > start,
}

/** The same without the line end that Docker keeps. */
export const containerLine: Reader = {
  read: (text) => line.read(text.replace(/\r?\n$/, '')),
  keeps: (bytes, start, end) => end > start && bytes[end - 1] !== LINE_FEED,
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/

/** A name of a program, machine or environment: at most 255 characters, nothing that breaks a line. */
export const name: Reader = {
  read: (text) => {
    const trimmed = text.trim()
    return trimmed === '' || trimmed.length > 255 || CONTROL.test(trimmed) ? undefined : trimmed
  },
  keeps: (bytes, start, end) =>
    end - start <= 255 &&
    bytes[start] !== SPACE &&
    bytes[end - 1] !== SPACE &&
    isWithin(bytes, start, end, SPACE, TILDE),
}

/** An id of any make: no white space, at most 256 characters. */
export const id: Reader = {
  read: (text) => {
    const trimmed = text.trim()
    return /^[^\s]{1,256}$/.test(trimmed) && !CONTROL.test(trimmed) ? trimmed : undefined
  },
  keeps: (bytes, start, end) => end - start <= 256 && isWithin(bytes, start, end, SPACE + 1, TILDE),
}

const HEX = /^[0-9a-f]+$/i
/** What nearly all ids are, and stay. */
const PLAIN_HEX = /^(?!0+$)[0-9a-f]{16,256}$/

/** A trace or span id: hex in lower case, others as they are. All zeros mean "none" (W3C Trace Context, 3.2.2.3). */
export const hexId: Reader = {
  read: (text) => {
    if (PLAIN_HEX.test(text)) return text
    const given = id.read(text)
    if (given === undefined || /^[0-]+$/.test(given)) return undefined
    return HEX.test(given) && given.length >= 16 ? given.toLowerCase() : given
  },
  keeps: (bytes, start, end) => {
    if (end - start > 256) return false
    let zeros = true
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0
      if (IN_LOWER_HEX[byte] === 0) return false
      zeros &&= byte === ZERO || byte === DASH
    }
    return !zeros
  },
}

/** Datadog writes 64-bit ids in decimal; a trace id becomes 32 hex digits. */
export const datadogTrace: Reader = { read: (text) => decimalAsHex(text, 32), keeps: perhaps }
export const datadogSpan: Reader = { read: (text) => decimalAsHex(text, 16), keeps: perhaps }

function decimalAsHex(text: string, digits: number): string | undefined {
  const trimmed = text.trim()
  if (!/^\d{1,20}$/.test(trimmed)) return hexId.read(trimmed)
  const number = BigInt(trimmed)
  return number === 0n ? undefined : number.toString(16).padStart(digits, '0')
}

/** Google Cloud: `projects/PROJECT/traces/TRACE`. */
export const googleTrace: Reader = {
  read: (text) => hexId.read(text.slice(text.lastIndexOf('/') + 1)),
  keeps: perhaps,
}

/** The same under a name that may mean something else: only with its path. */
export const googleTraceName: Reader = {
  read: (text) => (/^projects\/[^/]+\/traces\/[0-9a-f]{32}$/.test(text) ? googleTrace.read(text) : undefined),
  keeps: perhaps,
}

/** What begins with a trace id and goes on with the span: B3 and Sentry `TRACE-SPAN`, Jaeger `TRACE:SPAN:...`, Google `TRACE/SPAN;o=1`. */
export const leadingTrace: Reader = {
  read: (text) => {
    const match = /^([0-9a-f]{32}|[0-9a-f]{16})(?:[-:/]|$)/i.exec(text.trim())
    return match === null ? undefined : hexId.read(match[1] ?? '')
  },
  keeps: perhaps,
}

/** AWS X-Ray: `Root=1-5759e988-bd862e3fe1be46a994272793;...`, or the root id alone. */
export const xrayTrace: Reader = {
  read: (text) => {
    const match = /(?:^|Root=|;)1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/i.exec(text)
    return match ? `${match[1]}${match[2]}`.toLowerCase() : undefined
  },
  keeps: perhaps,
}

const LINE_FEED = 0x0a
const SPACE = 0x20
const DASH = 0x2d
const ZERO = 0x30
const TILDE = 0x7e
const IN_LOWER_HEX = new Uint8Array(256)
for (const byte of Buffer.from('-0123456789abcdef')) IN_LOWER_HEX[byte] = 1

/** Whether there are bytes, and all are from `low` to `high`. */
function isWithin(bytes: Uint8Array, start: number, end: number, low: number, high: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte < low || byte > high) return false
  }
  return end > start
}
