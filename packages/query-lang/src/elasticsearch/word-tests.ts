import type { Glob } from '../glob.ts'
import { regexLiterals } from '../regex-literals.ts'
import { piecesIn } from '../required-texts.ts'
import type { TextTest } from '../text-test.ts'
import { isWordCharacter, words } from '../words.ts'
import { allOf, anyOf, atMost, exactly, type Narrowed, NOTHING, UNKNOWN } from './clause.ts'
import { isSimple, literalLength, patternOf, simpler } from './term-tests.ts'

/** Longest word (UTF-16 units) that an index has whole. */
const MAX_WORD = 8191

/**
 * Texts of which one passes a test for prose. The index has their words, folded and in order, so it knows rows of words
 * and what lies within one word; of what lies across words, and of case, it knows the words.
 * @param fields analysed fields, any of which may have the text; none has ''
 */
export function textsWhose(test: TextTest, fields: readonly string[]): Narrowed {
  switch (test.kind) {
    case 'never':
      return NOTHING
    case 'phrase':
      return anyOf(fields.map((field) => rowOfWords(test.words, field)))
    case 'glob_words': {
      const [only] = test.globs
      if (only !== undefined && test.globs.length === 1)
        return anyOf(fields.map((field) => wordLike(only, field)))
      return anyOf(fields.map((field) => atMost(allOf(test.globs.map((glob) => wordLike(glob, field))))))
    }
    case 'glob_inside': {
      const [, only] = test.glob
      const isOneLiteral = test.glob.length === 3 && only?.kind === 'literal'
      if (isOneLiteral && isOneWord(only.text))
        return anyOf(fields.map((field) => wordLike(test.glob, field)))
      return textsWithPieces(piecesIn(test), fields)
    }
    case 'contains':
    case 'glob':
      return textsWithPieces(piecesIn(test), fields)
    case 'regex':
      return textsWithPieces(regexLiterals(test.pattern), fields)
    case 'is':
      return UNKNOWN
  }
}

function rowOfWords(row: readonly string[], field: string): Narrowed {
  if (row.some((word) => word.length > MAX_WORD)) return NOTHING
  const [only] = row
  if (row.length === 1 && only !== undefined) return exactly({ term: { [field]: only } })
  return exactly({ match_phrase: { [field]: row.join(' ') } })
}

/** A word of this shape. @param glob folded, its literals are of word characters */
function wordLike(glob: Glob, field: string): Narrowed {
  if (literalLength(glob) > MAX_WORD) return NOTHING
  const [only] = glob
  if (only?.kind === 'literal' && glob.length === 1) return exactly({ term: { [field]: only.text } })
  const like = (shape: Glob): Narrowed => exactly({ wildcard: { [field]: { value: wordPattern(shape) } } })
  return isSimple(glob) ? like(glob) : atMost(like(simpler(glob)))
}

/** A word has at least one character. */
function wordPattern(glob: Glob): string {
  return glob.every(({ kind }) => kind === 'any') ? '?*' : patternOf(glob)
}

/** Texts that have all of these pieces in them, in some case. */
function textsWithPieces(pieces: readonly string[], fields: readonly string[]): Narrowed {
  return atMost(anyOf(fields.map((field) => allOf(pieces.flatMap((piece) => wordsAround(piece, field))))))
}

/** The words that a piece of a text is of: whole ones inside, and beginnings and ends at its borders. */
function wordsAround(piece: string, field: string): Narrowed[] {
  const found = words(piece)
  const first = piece.codePointAt(0) ?? 0
  const last = [...piece].at(-1)?.codePointAt(0) ?? 0
  return found.map((word, index) =>
    wordLike(
      [
        ...(index === 0 && isWordCharacter(first) ? [{ kind: 'any' as const }] : []),
        { kind: 'literal', text: word },
        ...(index === found.length - 1 && isWordCharacter(last) ? [{ kind: 'any' as const }] : []),
      ],
      field,
    ),
  )
}

function isOneWord(folded: string): boolean {
  return [...folded].every((character) => isWordCharacter(character.codePointAt(0) ?? 0))
}
