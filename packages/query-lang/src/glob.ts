/** A pattern in which `*` is any run of characters and `?` exactly one (a code point). */
export type Glob = readonly GlobPart[]
export type GlobPart = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'any' | 'one' }

/** Reads a pattern; a backslash takes the meaning from the next character. Runs of `*` become one. */
export function parseGlob(pattern: string): Glob {
  const parts: GlobPart[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') parts.push({ kind: 'literal', text: literal })
    literal = ''
  }
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? ''
    if (character === '\\' && index + 1 < pattern.length) literal += pattern[++index]
    else if (character === '*' || character === '?') {
      flush()
      const isRepeated = character === '*' && parts.at(-1)?.kind === 'any'
      if (!isRepeated) parts.push({ kind: character === '*' ? 'any' : 'one' })
    } else literal += character
  }
  flush()
  return parts
}

/** A glob with its letters changed, e.g. folded. */
export function mapGlob(glob: Glob, map: (text: string) => string): Glob {
  return glob.map((part) => (part.kind === 'literal' ? { ...part, text: map(part.text) } : part))
}

/** A test for whole strings, linear in the text for each literal piece: no backtracking beyond the last `*`. */
export function globMatcher(glob: Glob): (text: string) => boolean {
  // A text of code points: undefined stands for `?`, null for `*`.
  const pattern = glob.flatMap((part) =>
    part.kind === 'literal' ? [...part.text] : [part.kind === 'any' ? null : undefined],
  )
  return (text) => {
    let textIndex = 0
    let patternIndex = 0
    let retryText = -1
    let retryPattern = -1
    while (textIndex < text.length) {
      const wanted = pattern[patternIndex]
      const character = String.fromCodePoint(text.codePointAt(textIndex) ?? 0)
      if (patternIndex < pattern.length && wanted === null) {
        retryText = textIndex
        retryPattern = ++patternIndex
      } else if (patternIndex < pattern.length && (wanted === undefined || wanted === character)) {
        textIndex += character.length
        patternIndex++
      } else if (retryPattern !== -1) {
        retryText += (text.codePointAt(retryText) ?? 0) > 0xffff ? 2 : 1
        textIndex = retryText
        patternIndex = retryPattern
      } else return false
    }
    while (patternIndex < pattern.length && pattern[patternIndex] === null) patternIndex++
    return patternIndex === pattern.length
  }
}
