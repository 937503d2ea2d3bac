/**
 * Texts that whatever an RE2 pattern matches has in it, in some case: the literals at its top level. It finds too few
 * rather than too many; none where alternatives stand at the top level.
 * @param pattern a valid RE2 pattern
 */
export function regexLiterals(pattern: string): string[] {
  const literals: string[] = []
  let current = ''
  const close = () => {
    if (current !== '') literals.push(current)
    current = ''
  }
  let at = 0
  while (at < pattern.length) {
    const piece = pieceAt(pattern, at)
    if (piece === undefined) return []
    at = piece.end
    const quantifier = /^(?:[*?]|\{\d+(?:,\d*)?\}|\+)\??/.exec(pattern.slice(at))?.[0] ?? ''
    at += quantifier.length
    // A quantifier behind flags is of what stands before them.
    if (quantifier !== '' && piece.isFlags) return []
    if (piece.literal === undefined || quantifier !== '') close()
    if (piece.literal !== undefined && (quantifier === '' || quantifier.startsWith('+'))) {
      current += piece.literal
      if (quantifier !== '') close()
    }
  }
  close()
  return literals
}

interface Piece {
  readonly end: number
  /** Undefined for what can be different texts. */
  readonly literal: string | undefined
  /** A group of flags alone, as `(?i)`. */
  readonly isFlags?: boolean
}

/** One character, class or group; undefined where nothing can be said of the pattern. */
function pieceAt(pattern: string, start: number): Piece | undefined {
  const character = String.fromCodePoint(pattern.codePointAt(start) ?? 0)
  switch (character) {
    case '|':
      return undefined
    case '(':
      return groupAt(pattern, start)
    case '[':
      return { end: classEnd(pattern, start), literal: undefined }
    case '\\':
      return escapeAt(pattern, start)
    case '.':
    case '^':
    case '$':
      return { end: start + 1, literal: undefined }
    default:
      return { end: start + character.length, literal: character }
  }
}

function escapeAt(pattern: string, start: number): Piece | undefined {
  const next = pattern[start + 1] ?? ''
  // A quoted run can hold anything, an octal or hexadecimal one any character.
  if (next === 'Q' || /\d/.test(next)) return undefined
  if (next === 'x' || next === 'p' || next === 'P') {
    const rest = /^(?:\{[^}]*\}|[0-9A-Fa-f]{2}|[A-Z])/.exec(pattern.slice(start + 2))?.[0]
    return rest === undefined ? undefined : { end: start + 2 + rest.length, literal: undefined }
  }
  return { end: start + 2, literal: /[A-Za-z]/.test(next) ? undefined : next }
}

function groupAt(pattern: string, start: number): Piece | undefined {
  const flags = /^\(\?[A-Za-z-]+\)/.exec(pattern.slice(start))?.[0]
  if (flags !== undefined) return { end: start + flags.length, literal: undefined, isFlags: true }
  let depth = 0
  for (let at = start; at < pattern.length; at++) {
    const character = pattern[at]
    if (character === '\\') {
      if (pattern[at + 1] === 'Q') return undefined
      at++
    } else if (character === '[') at = classEnd(pattern, at) - 1
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return { end: at + 1, literal: undefined }
  }
  return undefined
}

/** Behind the bracket that ends a class; `]` is itself where it comes first. */
function classEnd(pattern: string, start: number): number {
  let at = start + 1
  if (pattern[at] === '^') at++
  if (pattern[at] === ']') at++
  for (; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern.startsWith('[:', at)) {
      const end = pattern.indexOf(':]', at)
      if (end !== -1) at = end + 1
    } else if (pattern[at] === ']') return at + 1
  }
  return pattern.length
}
