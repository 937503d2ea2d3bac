import { fieldTarget } from '@heartwood/event'
import type { Diagnostic, FieldMatch, Fix, Parsed, Query, Span, TextMatch } from './ast.ts'
import { ALL } from './ast.ts'
import { problems } from './check.ts'
import { insertion, removal, replacement } from './fixes.ts'
import { foreignSyntax, negatedName, otherQuotes } from './foreign-syntax.ts'
import type { Piece, PieceKind } from './highlight.ts'
import { type LexMode, nextToken, type Token } from './lexer.ts'
import { quote } from './print.ts'
import { fixOfProblem } from './value-fixes.ts'
import { levelOf } from './value-test.ts'

/** Parentheses and NOTs inside each other; deeper is an error, since every compile target walks the tree recursively. */
const MAX_DEPTH = 100
/** Values and phrases in one query. */
const MAX_TERMS = 1000

/**
 * Reads a query by the grammar at the head of ast.ts. Never throws: what cannot be understood is a diagnostic with
 * its place. `valid` covers `check` too, so a valid query can be run as it is.
 */
export function parse(text: string): Parsed {
  const { query, diagnostics } = new Parser(text).parse()
  const found = problems(query).map((problem): Diagnostic => {
    const fix = fixOfProblem(text, problem)
    const { message, node } = problem
    return { severity: 'error', message, span: node.span, ...(fix !== undefined && { fixes: [fix] }) }
  })
  const all = [...diagnostics, ...found].sort((a, b) => a.span.start - b.span.start)
  return { query, diagnostics: all, valid: all.every(({ severity }) => severity !== 'error') }
}

/** What each part of a query's text is, as the parser takes it; spaces and what it does not read are left out. */
export function piecesOf(text: string): readonly Piece[] {
  return new Parser(text).parse().pieces
}

/** Where a value stands: in free text, behind `name:` (where the node starts), or inside the group of `name:( )`. */
type Context = { readonly field: string; readonly start: number | undefined } | undefined

class Parser {
  readonly #text: string
  readonly #diagnostics: Diagnostic[] = []
  readonly #pieces: Piece[] = []
  #token: Token
  #terms = 0

  constructor(text: string) {
    this.#text = text
    this.#token = nextToken(text, 0, 'term')
  }

  parse(): { query: Query; diagnostics: Diagnostic[]; pieces: Piece[] } {
    const parts: Query[] = []
    while (this.#token.kind !== 'end') {
      const part = this.#or(undefined, 0)
      if (part !== undefined) parts.push(part)
      if (this.#token.kind === ')') {
        const fix = removal(this.#text, this.#token, 'Remove the parenthesis')
        this.#error('This parenthesis closes nothing', this.#token, fix)
        this.#mark('parenthesis', this.#token)
        this.#advance('term')
      }
    }
    return { query: combined('and', parts) ?? ALL, diagnostics: this.#diagnostics, pieces: this.#pieces }
  }

  /** Undefined where there is nothing up to the next `)` or the end. */
  #or(context: Context, depth: number): Query | undefined {
    const terms: Query[] = []
    let operator: Token | undefined
    for (;;) {
      const term = this.#and(context, depth)
      if (term !== undefined) terms.push(term)
      else if (operator !== undefined)
        this.#error('Nothing follows this OR', operator, this.#removed(operator, 'OR'))
      if (!this.#isKeyword('or')) return combined('or', terms)
      operator = this.#token
      this.#mark('operator', operator)
      if (terms.length === 0)
        this.#error('Nothing stands before this OR', operator, this.#removed(operator, 'OR'))
      this.#advance(modeOf(context))
    }
  }

  #and(context: Context, depth: number): Query | undefined {
    const terms: Query[] = []
    let operator: Token | undefined
    for (;;) {
      if (this.#isKeyword('and')) {
        if (terms.length === 0 || operator !== undefined)
          this.#error('Nothing stands before this AND', this.#token, this.#removed(this.#token, 'AND'))
        operator = this.#token
        this.#mark('operator', operator)
        this.#advance(modeOf(context))
        continue
      }
      if (this.#token.kind === 'end' || this.#token.kind === ')' || this.#isKeyword('or')) break
      const term = this.#not(context, depth)
      operator = undefined
      if (term !== undefined) terms.push(term)
    }
    if (operator !== undefined && terms.length > 0)
      this.#error('Nothing follows this AND', operator, this.#removed(operator, 'AND'))
    return combined('and', terms)
  }

  #not(context: Context, depth: number): Query | undefined {
    const operator = this.#token
    const isNot = this.#isKeyword('not')
    if (!isNot && operator.kind !== '-') return this.#primary(context, depth)
    if (depth >= MAX_DEPTH) return this.#tooDeep(operator)
    this.#mark('not', operator)
    this.#advance(modeOf(context))
    const next = this.#token
    const isNothing =
      next.kind === 'end' || next.kind === ')' || this.#isKeyword('or') || this.#isKeyword('and')
    if (isNothing) {
      const fix = this.#removed(operator, isNot ? 'NOT' : '-')
      this.#error(`Nothing follows this ${isNot ? 'NOT' : '`-`'}`, operator, fix)
      return undefined
    }
    const term = this.#not(context, depth + 1)
    return term && { kind: 'not', term }
  }

  #primary(context: Context, depth: number): Query | undefined {
    const token = this.#token
    switch (token.kind) {
      case '(':
        return this.#group(context, depth, modeOf(context))
      case 'word':
      case 'phrase':
        return context === undefined ? this.#term(token, depth) : this.#value(context)
      case 'regex':
        return this.#value(context)
      case 'op':
        if (context !== undefined) return this.#comparison(context.field, token.start, 'group')
        this.#advance('term')
        this.#error(
          `\`${token.op}\` needs a field before it; to look for the character, quote it`,
          token,
          replacement(token, quote(token.op)),
        )
        return undefined
      case ':':
        this.#advance('term')
        this.#error(
          'A field name is missing before `:`; to look for the character, quote it',
          token,
          replacement(token, quote(':') + (/^\S/.test(this.#text.slice(token.end)) ? ' ' : '')),
        )
        return undefined
      case ')':
      case '-':
      case 'end':
        return undefined
    }
  }

  #group(context: Context, depth: number, outside: LexMode): Query | undefined {
    const open = this.#token
    if (depth >= MAX_DEPTH) return this.#tooDeep(open)
    this.#mark('parenthesis', open)
    this.#advance(modeOf(context))
    const inner = this.#or(context, depth + 1)
    if (this.#token.kind === ')') {
      this.#mark('parenthesis', this.#token)
      if (inner === undefined) {
        const span = { start: open.start, end: this.#token.end }
        this.#error(
          'Nothing stands between these parentheses',
          span,
          removal(this.#text, span, 'Remove the parentheses'),
        )
      }
      this.#advance(outside)
    } else {
      this.#error('Missing closing parenthesis', open, ...this.#closing(')', 'parenthesis'))
    }
    return inner
  }

  /** A word or phrase where a field's name may stand. */
  #term(token: Extract<Token, { kind: 'word' | 'phrase' }>, depth: number): Query | undefined {
    const behind = nextToken(this.#text, token.end, 'term')
    if (behind.kind === ':' && behind.start === token.end)
      return this.#field(token.text, token.start, behind, depth)
    if (behind.kind === 'op') {
      this.#mark('field', token)
      this.#advance('term')
      return this.#comparison(token.text, token.start, 'term')
    }
    if (token.kind === 'word') this.#warn(foreignSyntax(this.#text, token))
    return this.#value(undefined)
  }

  /** Behind `name`, at the colon. */
  #field(name: string, start: number, colon: Span, depth: number): Query | undefined {
    this.#warn(negatedName(name, start))
    this.#mark('field', this.#token)
    this.#mark('operator', colon)
    this.#advance('term')
    const isFollowed = this.#text[colon.end] !== undefined && !/\s|\)/.test(this.#text[colon.end] ?? '')
    this.#advance(isFollowed ? 'value' : 'term')
    if (name === '') this.#error('The field name is empty', { start, end: colon.end })
    if (!isFollowed) {
      const message = `Nothing follows \`${name}:\`. Put the value right behind the colon, or quote the text`
      this.#error(message, { start, end: colon.end }, ...this.#withoutValue(name, start, colon))
      return undefined
    }
    const context = { field: name, start }
    if (this.#token.kind === '(') return this.#group({ field: name, start: undefined }, depth, 'term')
    if (this.#token.kind === 'op') return this.#comparison(name, start, 'term')
    return this.#value(context)
  }

  /** `Error: timeout` may mean a field and its value, or a text. */
  #withoutValue(name: string, start: number, colon: Span): Fix[] {
    const quoted = replacement({ start, end: colon.end }, quote(`${name}:`))
    const value = this.#token
    const isValue = value.kind === 'word' || value.kind === 'phrase' || value.kind === 'regex'
    if (!isValue && value.kind !== '(' && value.kind !== 'op') return [quoted]
    const joined = `${this.#text.slice(start, colon.end)}${this.#text.slice(value.start, value.end)}`
    return [replacement({ start: colon.end, end: value.start }, '', `Write \`${joined}\``), quoted]
  }

  /** At the operator behind a field's name. */
  #comparison(field: string, start: number, outside: LexMode): Query | undefined {
    const operator = this.#token
    if (operator.kind !== 'op') return undefined
    this.#mark('operator', operator)
    this.#advance('value')
    const token = this.#token
    if (token.kind !== 'word' && token.kind !== 'phrase') {
      const fix = removal(this.#text, operator, `Remove \`${operator.op}\``)
      this.#error(`\`${operator.op}\` needs a number, a level or a time`, operator, fix)
      return undefined
    }
    this.#checkClosed(token)
    this.#count(token)
    this.#markValue(token, field)
    this.#advance(outside)
    const match: FieldMatch = { kind: 'compare', op: operator.op, value: token.text }
    return { kind: 'field', field, match, span: { start, end: token.end } }
  }

  #value(context: Context): Query | undefined {
    const token = this.#token
    if (token.kind !== 'word' && token.kind !== 'phrase' && token.kind !== 'regex') return undefined
    this.#checkClosed(token)
    this.#count(token)
    this.#markValue(token, context?.field)
    if (context !== undefined && token.kind === 'word' && token.plain)
      this.#warn(otherQuotes(this.#text, token))
    this.#advance(context !== undefined && context.start === undefined ? 'group' : 'term')
    const span = { start: context?.start ?? token.start, end: token.end }
    if (context !== undefined) return { kind: 'field', field: context.field, match: fieldMatch(token), span }
    if (token.kind === 'word' && token.wild && /^\*+$/.test(token.pattern)) return ALL
    if (token.kind === 'phrase' && token.text === '') {
      const fix = removal(this.#text, token, 'Remove the quotes')
      this.#error('Nothing stands between these quotes', token, fix)
      return undefined
    }
    return { kind: 'text', match: textMatch(token), span }
  }

  #checkClosed(token: Token): void {
    if (token.kind !== 'phrase' || token.closed) return
    this.#error('Missing closing quote', token, ...this.#closing('"', 'quote'))
  }

  #count(token: Span): void {
    this.#terms++
    if (this.#terms === MAX_TERMS + 1) this.#error(`The query has more than ${MAX_TERMS} terms`, token)
  }

  /** Gives up: what is left is not read, so that nothing deeper is walked. */
  #tooDeep(at: Span): undefined {
    this.#error(`Nested more than ${MAX_DEPTH} levels deep`, at)
    this.#token = { kind: 'end', start: this.#text.length, end: this.#text.length }
    return undefined
  }

  #isKeyword(keyword: 'and' | 'or' | 'not'): boolean {
    const token = this.#token
    if (token.kind !== 'word' || !token.plain || token.text.toLowerCase() !== keyword) return false
    // `not:x` asks for a field of that name.
    return this.#text[token.end] !== ':'
  }

  #advance(mode: LexMode): void {
    this.#token = nextToken(this.#text, this.#token.end, mode)
  }

  #mark(kind: PieceKind, { start, end }: Span): void {
    this.#pieces.push({ kind, start, end })
  }

  #markValue(token: Extract<Token, { kind: 'word' | 'phrase' | 'regex' }>, field: string | undefined): void {
    const target = field === undefined ? undefined : fieldTarget(field)
    const isLevel = target?.at === 'own' && target.field.kind === 'level' && token.kind !== 'regex'
    const level = isLevel ? levelOf(token.text) : undefined
    const kind = token.kind === 'word' ? (field === undefined ? 'text' : 'value') : token.kind
    this.#pieces.push({
      kind,
      start: token.start,
      end: token.end,
      ...(level !== undefined && { kind: 'level', level }),
    })
  }

  /** At the end, where nothing that is open there takes the closing character for its own. */
  #closing(character: ')' | '"', name: string): Fix[] {
    const isEscape = /(?:^|[^\\])(?:\\\\)*\\\s*$/.test(this.#text)
    const isInPhrase = this.#diagnostics.some(({ message }) => message === 'Missing closing quote')
    if (isEscape || (character === ')' && isInPhrase)) return []
    return [insertion(this.#text.length, character, `Close the ${name} at the end`)]
  }

  #removed(operator: Span, written: string): Fix {
    return removal(this.#text, operator, `Remove \`${written}\``)
  }

  #error(message: string, { start, end }: Span, ...fixes: Fix[]): void {
    this.#diagnostics.push({
      severity: 'error',
      message,
      span: { start, end },
      ...(fixes.length > 0 && { fixes }),
    })
  }

  #warn(diagnostic: Diagnostic | undefined): void {
    if (diagnostic !== undefined) this.#diagnostics.push(diagnostic)
  }
}

/** Inside `field:( )` a colon is part of a value. */
function modeOf(context: Context): LexMode {
  return context === undefined ? 'term' : 'group'
}

function textMatch(token: Extract<Token, { kind: 'word' | 'phrase' | 'regex' }>): TextMatch {
  if (token.kind === 'regex') return { kind: 'regex', pattern: token.pattern }
  if (token.kind === 'word' && token.wild) return { kind: 'wildcard', pattern: token.pattern }
  return { kind: 'words', text: token.text }
}

function fieldMatch(token: Extract<Token, { kind: 'word' | 'phrase' | 'regex' }>): FieldMatch {
  const match = textMatch(token)
  if (match.kind === 'words') return { kind: 'equals', value: match.text }
  return match.kind === 'wildcard' && /^\*+$/.test(match.pattern) ? { kind: 'exists' } : match
}

function combined(kind: 'and' | 'or', terms: readonly Query[]): Query | undefined {
  return terms.length > 1 ? { kind, terms } : terms[0]
}
