/** What was sent, as text, or as bytes where it is none. */
export type Sample =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'hex'; readonly lines: readonly string[]; readonly more: number }

const HEX_BYTES = 512
const BYTES_A_LINE = 16
/** Of a hundred characters, so many that are none make it bytes. */
const MAX_SHARE = 0.1

/**
 * Text is shown as text. What is mostly replacement characters and controls was never text (a compressed body): then the
 * bytes that came in are shown, where the letter has kept them.
 * @param body base64 of what came in
 */
export function prepareSample(sample: string, body: string | undefined): Sample {
  if (body === undefined || !isBinary(sample)) return { kind: 'text', text: sample }
  const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0))
  const shown = bytes.subarray(0, HEX_BYTES)
  const lines = Array.from({ length: Math.ceil(shown.length / BYTES_A_LINE) }, (_, line) =>
    hexLine(shown, line * BYTES_A_LINE),
  )
  return { kind: 'hex', lines, more: bytes.length - shown.length }
}

function isBinary(text: string): boolean {
  const start = text.slice(0, 1000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: counting control characters is what this is for
  const odd = start.match(/[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/g)?.length ?? 0
  return start.length > 0 && odd / start.length > MAX_SHARE
}

/** `00000010  7b 22 6d 73 …  {"ms` */
function hexLine(bytes: Uint8Array, at: number): string {
  const row = Array.from(bytes.subarray(at, at + BYTES_A_LINE))
  const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('')
  return `${at.toString(16).padStart(8, '0')}  ${hex.padEnd(BYTES_A_LINE * 3 - 1)}  ${ascii}`
}
