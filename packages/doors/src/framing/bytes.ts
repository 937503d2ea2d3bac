/** The bytes framing looks at. */
export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const QUOTE = 0x22
export const COMMA = 0x2c
export const OPEN_BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const CLOSE_BRACKET = 0x5d
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d

/** JSON's white space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB
}

/** Where the body begins: behind a UTF-8 byte order mark, if there is one. */
export function bodyStart(body: Uint8Array): number {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0
}

/** The first byte at or after `from` that is not white space; `to` if there is none. */
export function skipSpace(body: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && isSpace(body[at])) at++
  return at
}

/** Behind the last byte before `to` that is not white space; `from` if there is none. */
export function trimEnd(body: Uint8Array, from: number, to: number): number {
  let at = to
  while (at > from && isSpace(body[at - 1])) at--
  return at
}
