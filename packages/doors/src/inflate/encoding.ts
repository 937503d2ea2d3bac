import { constants } from 'node:zlib'
import type { Encoding } from '@heartwood/event'

const NAMES: ReadonlyMap<string, Encoding> = new Map([
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['zstd', 'zstd'],
])

/** The encoding a Content-Encoding header names, or undefined where it is none we read (also: several at once). */
export function encodingOf(header: string | undefined): Encoding | undefined {
  const names = (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== 'identity')
  return names.length > 1 ? undefined : NAMES.get(names[0] ?? '')
}

/**
 * The encoding a body really has: where the header says none, the first bytes of gzip (RFC 1952) and zstd (RFC 8878)
 * show it, and neither can begin a log. `curl --data-binary @app.log.gz` sends no header.
 */
export function sniffEncoding(declared: Encoding, firstBytes: Uint8Array): Encoding {
  if (declared !== 'identity') return declared
  const [a, b, c, d] = firstBytes
  if (a === 0x1f && b === 0x8b) return 'gzip'
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd'
  return 'identity'
}

/**
 * Whether a `deflate` body has the zlib wrapper (RFC 1950: CM 8 and a header divisible by 31), as the standard says, or
 * is raw deflate (RFC 1951), as some clients send. Raw data cannot look like it: it would begin with a stored block
 * whose padding is not zero.
 */
export function hasZlibHeader(firstBytes: Uint8Array): boolean {
  const [first = 0, second = 0] = firstBytes
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}

/** A zstd frame may ask for a window of 128 MiB; levels up to 19 need 8. 2^25 is 32 MiB. */
export const ZSTD_PARAMETERS = { [constants.ZSTD_d_windowLogMax]: 25 } as const
