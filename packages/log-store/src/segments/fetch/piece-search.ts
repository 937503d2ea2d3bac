/** Where a piece stands in some bytes. */
export interface Find {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** The first find from a place on. */
export type FindFrom = (from: number) => Find | undefined

/** Characters beyond ASCII that fold to a letter of it, as UTF-8 that is taken for Latin-1. */
const FOLD_TO: Readonly<Record<string, string>> = { k: '\xe2\x84\xaa', s: '\xc5\xbf' }

/** Of each byte the one that it folds to, in ASCII. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
)

/**
 * Looks for a folded text in any case in bytes of UTF-8, without making texts of them; undefined for one that has more than
 * ASCII. It passes over as many bytes as the last of those it looks at allows (Horspool), so that it sees few of them.
 */
export function pieceSearch(folded: string): ((bytes: Uint8Array) => FindFrom) | undefined {
  const piece = Buffer.from(folded)
  if (piece.length === 0 || piece.some((byte) => byte >= 0x80)) return undefined
  const last = piece.length - 1
  const steps = stepsOf(piece)
  const wide = Object.entries(FOLD_TO).filter(([letter]) => folded.includes(letter))
  const others = wide.map(([, other]) => Buffer.from(other, 'latin1'))
  return (bytes) => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (others.some((other) => buffer.includes(other))) return patternSearch(anyCase(folded), buffer)
    return (from) => {
      for (let at = from + last; at < bytes.length; at += steps[bytes[at] ?? 0] ?? 1) {
        let left = last
        while (left >= 0 && FOLDED[bytes[at - last + left] ?? 0] === piece[left]) left--
        if (left < 0) return { start: at - last, end: at + 1 }
      }
      return undefined
    }
  }
}

/** How far to go on from a byte that the last one of the piece was compared with. */
function stepsOf(piece: Uint8Array): Uint8Array {
  const far = Math.min(piece.length, 255)
  const ofFolded = new Uint8Array(256).fill(far)
  for (let at = piece.length - far; at < piece.length - 1; at++)
    ofFolded[piece[at] ?? 0] = piece.length - 1 - at
  return Uint8Array.from({ length: 256 }, (_, byte) => ofFolded[FOLDED[byte] ?? 0] ?? 1)
}

/** For bytes with characters that fold to a letter and are longer than it. */
function patternSearch(pattern: RegExp, bytes: Buffer): FindFrom {
  const text = bytes.toString('latin1')
  return (from) => {
    pattern.lastIndex = from
    const find = pattern.exec(text)
    return find === null ? undefined : { start: find.index, end: pattern.lastIndex }
  }
}

/** Finds a folded text of ASCII in any case in UTF-8 that is taken for Latin-1. */
function anyCase(folded: string): RegExp {
  let pattern = ''
  for (const character of folded) {
    const upper = character.toUpperCase()
    const other = FOLD_TO[character]
    if (other !== undefined) pattern += `(?:[${character}${upper}]|${other})`
    else if (upper !== character) pattern += `[${character}${upper}]`
    else pattern += `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  }
  return new RegExp(pattern, 'g')
}
