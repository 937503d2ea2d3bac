import type { Span } from './ast.ts'

/** A piece of a query's text. `word` may be a value, a field's name or one of AND, OR, NOT: the parser decides. */
export type Token = Span &
  (
    | { readonly kind: '(' | ')' | ':' | '-' | 'end' }
    | { readonly kind: 'op'; readonly op: '>' | '>=' | '<' | '<=' }
    | Word
    | { readonly kind: 'phrase'; readonly text: string; readonly closed: boolean }
    | { readonly kind: 'regex'; readonly pattern: string }
  )

export interface Word {
  readonly kind: 'word'
  /** As meant, without the escaping backslashes. */
  readonly text: string
  /** As a wildcard pattern: `\*`, `\?` and `\\` stay escaped. */
  readonly pattern: string
  /** Has a `*` or `?` that is not escaped. */
  readonly wild: boolean
  /** Written without any backslash. */
  readonly plain: boolean
}

/**
 * Where the parser stands. A `term` may turn out to be a field's name and ends at `:`, `<` and `>`. To a `value`
 * (right behind `field:` or an operator) and to what is inside the `group` of `field:( )` these belong; a leading `-`
 * belongs to a value only.
 */
export type LexMode = 'term' | 'value' | 'group'

/** The token at or behind `from`. Any text gives tokens; `mode` says what the parser expects there. */
export function nextToken(text: string, from: number, mode: LexMode): Token {
  let start = from
  while (start < text.length && isSpace(text[start])) start++
  const character = text[start]
  switch (character) {
    case undefined:
      return { kind: 'end', start: text.length, end: text.length }
    case '(':
    case ')':
      return { kind: character, start, end: start + 1 }
    case '"':
      return phrase(text, start)
    case '>':
    case '<': {
      const withEqual = text[start + 1] === '='
      return {
        kind: 'op',
        op: withEqual ? `${character}=` : character,
        start,
        end: start + (withEqual ? 2 : 1),
      }
    }
    case ':':
      if (mode === 'term') return { kind: ':', start, end: start + 1 }
      break
    case '-':
      if (mode !== 'value' && (text[start + 1] === '(' || !isDelimiter(text[start + 1])))
        return { kind: '-', start, end: start + 1 }
      break
    case '/': {
      const end = regexEnd(text, start)
      if (end !== undefined) {
        return {
          kind: 'regex',
          pattern: text.slice(start + 1, end - 1).replace(/\\([\s\S])/g, unescapeSlash),
          start,
          end,
        }
      }
    }
  }
  return word(text, start, mode)
}

function unescapeSlash(pair: string, character: string): string {
  return character === '/' ? '/' : pair
}

/** In quotes only `\"` and `\\` are escapes, so that paths and patterns can be pasted. */
function phrase(text: string, start: number): Token {
  let value = ''
  let index = start + 1
  for (; index < text.length && text[index] !== '"'; index++) {
    const isEscape = text[index] === '\\' && (text[index + 1] === '"' || text[index + 1] === '\\')
    if (isEscape) index++
    value += text[index]
  }
  const closed = index < text.length
  return { kind: 'phrase', text: value, closed, start, end: closed ? index + 1 : index }
}

/**
 * The end of a `/regex/`: its next unescaped slash, if a space, a parenthesis or the end of the text follows.
 * Otherwise the slash is part of a path such as `/api/orders`.
 */
function regexEnd(text: string, start: number): number | undefined {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === '/') {
      const isRegex = index > start + 1 && isDelimiter(text[index + 1])
      return isRegex ? index + 1 : undefined
    }
  }
  return undefined
}

function word(text: string, start: number, mode: LexMode): Token {
  let value = ''
  let pattern = ''
  let wild = false
  let plain = true
  let isTerm = mode === 'term'
  let index = start
  for (; index < text.length; index++) {
    const character = text[index] ?? ''
    if (isDelimiter(character) || character === '"') break
    if (isTerm && (character === '<' || character === '>')) break
    if (isTerm && character === ':') {
      if (isFieldColon(text, start, index)) break
      isTerm = false
    }
    if (character === '\\' && index + 1 < text.length) {
      const escaped = text[++index] ?? ''
      value += escaped
      pattern += /[*?\\]/.test(escaped) ? `\\${escaped}` : escaped
      plain = false
    } else {
      const isWild = character === '*' || character === '?'
      wild ||= isWild
      value += character
      pattern += character === '\\' ? '\\\\' : character
    }
  }
  return { kind: 'word', text: value, pattern, wild, plain, start, end: index }
}

/** A colon ends a field's name, but not in `http://`, `std::io`, `12:30:45` or `10.0.0.1:80`. */
function isFieldColon(text: string, start: number, colon: number): boolean {
  if (text[colon + 1] === ':' || text.startsWith('//', colon + 1)) return false
  return !/^[\d.]+$/.test(text.slice(start, colon))
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character)
}

/** What ends a word: a space, a parenthesis, the end of the text. */
function isDelimiter(character: string | undefined): boolean {
  return character === undefined || character === '(' || character === ')' || isSpace(character)
}
