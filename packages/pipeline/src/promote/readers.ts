/**
 * How a value under a known name is read: the text the event's own field gets, or undefined where the value is of no
 * use there (it then stays an attribute). Reading what was read gives the same again.
 */
export type Reader = (text: string) => string | undefined

/** The line itself, as it is. */
export const line: Reader = (text) => (text === '' ? undefined : text)

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/

/** A name of a program, machine or environment: at most 255 characters, nothing that breaks a line. */
export const name: Reader = (text) => {
  const trimmed = text.trim()
  return trimmed === '' || trimmed.length > 255 || CONTROL.test(trimmed) ? undefined : trimmed
}

/** An id of any make: no white space, at most 256 characters. */
export const id: Reader = (text) => {
  const trimmed = text.trim()
  return /^[^\s]{1,256}$/.test(trimmed) && !CONTROL.test(trimmed) ? trimmed : undefined
}

const HEX = /^[0-9a-f]+$/i

/** A trace or span id: hex in lower case, others as they are. All zeros mean "none" (W3C Trace Context, 3.2.2.3). */
export const hexId: Reader = (text) => {
  const given = id(text)
  if (given === undefined || /^[0-]+$/.test(given)) return undefined
  return HEX.test(given) && given.length >= 16 ? given.toLowerCase() : given
}

/** Datadog writes 64-bit ids in decimal; a trace id becomes 32 hex digits. */
export const datadogTrace: Reader = (text) => decimalAsHex(text, 32)
export const datadogSpan: Reader = (text) => decimalAsHex(text, 16)

function decimalAsHex(text: string, digits: number): string | undefined {
  const trimmed = text.trim()
  if (!/^\d{1,20}$/.test(trimmed)) return hexId(trimmed)
  const number = BigInt(trimmed)
  return number === 0n ? undefined : number.toString(16).padStart(digits, '0')
}

/** Google Cloud: `projects/PROJECT/traces/TRACE`. */
export const googleTrace: Reader = (text) => hexId(text.slice(text.lastIndexOf('/') + 1))

/** AWS X-Ray: `Root=1-5759e988-bd862e3fe1be46a994272793;...`, or the root id alone. */
export const xrayTrace: Reader = (text) => {
  const match = /(?:^|Root=|;)1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/i.exec(text)
  return match ? `${match[1]}${match[2]}`.toLowerCase() : undefined
}
