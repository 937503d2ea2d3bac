import type { Diagnostic, FieldMatch, Parsed, Query, Span, TextMatch } from './ast.ts'
import { ALL } from './ast.ts'
import { check } from './check.ts'
import { type LexMode, nextToken, type Token } from './lexer.ts'

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
  const all = [...diagnostics, ...check(query)].sort((a, b) => a.span.start - b.span.start)
  return { query, diagnostics: all, valid: all.every(({ severity }) => severity !== 'error') }
}

/** Where a value stands: in free text, behind `name:` (where the node starts), or inside the group of `name:( )`. */
type Context = { readonly field: string; readonly start: number | undefined } | undefined

class Parser {
  readonly #text: string
  readonly #diagnostics: Diagnostic[] = []
  #token: Token
  #terms = 0

  constructor(text: string) {
    this.#text = text
    this.#token = nextToken(text, 0, 'term')
  }

  parse(): { query: Query; diagnostics: Diagnostic[] } {
    const parts: Query[] = []
    while (this.#token.kind !== 'end') {
      const part = this.#or(undefined, 0)
      if (part !== undefined) parts.push(part)
      if (this.#token.kind === ')') {
        this.#error('This parenthesis closes nothing', this.#token)
        this.#advance('term')
      }
    }
    return { query: combined('and', parts) ?? ALL, diagnostics: this.#diagnostics }
  }

  /** Undefined where there is nothing up to the next `)` or the end. */
  #or(context: Context, depth: number): Query | undefined {
    const terms: Query[] = []
    let operator: Token | undefined
    for (;;) {
      const term = this.#and(context, depth)
      if (term !== undefined) terms.push(term)
      else if (operator !== undefined) this.#error('Nothing follows this OR', operator)
      if (!this.#isKeyword('or')) return combined('or', terms)
      operator = this.#token
      if (terms.length === 0) this.#error('Nothing stands before this OR', operator)
      this.#advance(modeOf(context))
    }
  }

  #and(context: Context, depth: number): Query | undefined {
    const terms: Query[] = []
    let operator: Token | undefined
    for (;;) {
      if (this.#isKeyword('and')) {
        if (terms.length === 0 || operator !== undefined)
          this.#error('Nothing stands before this AND', this.#token)
        operator = this.#token
        this.#advance(modeOf(context))
        continue
      }
      if (this.#token.kind === 'end' || this.#token.kind === ')' || this.#isKeyword('or')) break
      const term = this.#not(context, depth)
      operator = undefined
      if (term !== undefined) terms.push(term)
    }
    if (operator !== undefined && terms.length > 0) this.#error('Nothing follows this AND', operator)
    return combined('and', terms)
  }

  #not(context: Context, depth: number): Query | undefined {
    const operator = this.#token
    const isNot = this.#isKeyword('not')
    if (!isNot && operator.kind !== '-') return this.#primary(context, depth)
    if (depth >= MAX_DEPTH) return this.#tooDeep(operator)
    this.#advance(modeOf(context))
    const next = this.#token
    const isNothing =
      next.kind === 'end' || next.kind === ')' || this.#isKeyword('or') || this.#isKeyword('and')
    if (isNothing) {
      this.#error(`Nothing follows this ${isNot ? 'NOT' : '`-`'}`, operator)
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
        this.#error(`\`${token.op}\` needs a field before it; to look for the character, quote it`, token)
        return undefined
      case ':':
        this.#advance('term')
        this.#error('A field name is missing before `:`; to look for the character, quote it', token)
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
    this.#advance(modeOf(context))
    const inner = this.#or(context, depth + 1)
    if (this.#token.kind === ')') {
      if (inner === undefined)
        this.#error('Nothing stands between these parentheses', { ...open, end: this.#token.end })
      this.#advance(outside)
    } else this.#error('Missing closing parenthesis', open)
    return inner
  }

  /** A word or phrase where a field's name may stand. */
  #term(token: Extract<Token, { kind: 'word' | 'phrase' }>, depth: number): Query | undefined {
    const behind = nextToken(this.#text, token.end, 'term')
    if (behind.kind === ':' && behind.start === token.end)
      return this.#field(token.text, token.start, behind, depth)
    if (behind.kind === 'op') {
      this.#advance('term')
      return this.#comparison(token.text, token.start, 'term')
    }
    if (token.kind === 'word') this.#warnOfForeignSyntax(token)
    return this.#value(undefined)
  }

  /** Behind `name`, at the colon. */
  #field(name: string, start: number, colon: Span, depth: number): Query | undefined {
    this.#advance('term')
    const isFollowed = this.#text[colon.end] !== undefined && !/\s|\)/.test(this.#text[colon.end] ?? '')
    this.#advance(isFollowed ? 'value' : 'term')
    if (name === '') this.#error('The field name is empty', { start, end: colon.end })
    if (!isFollowed) {
      const message = `Nothing follows \`${name}:\`. Put the value right behind the colon, or quote the text`
      this.#error(message, { start, end: colon.end })
      return undefined
    }
    const context = { field: name, start }
    if (this.#token.kind === '(') return this.#group({ field: name, start: undefined }, depth, 'term')
    if (this.#token.kind === 'op') return this.#comparison(name, start, 'term')
    return this.#value(context)
  }

  /** At the operator behind a field's name. */
  #comparison(field: string, start: number, outside: LexMode): Query | undefined {
    const operator = this.#token
    if (operator.kind !== 'op') return undefined
    this.#advance('value')
    const token = this.#token
    if (token.kind !== 'word' && token.kind !== 'phrase') {
      this.#error(`\`${operator.op}\` needs a number, a level or a time`, operator)
      return undefined
    }
    this.#checkClosed(token)
    this.#count(token)
    this.#advance(outside)
    const match: FieldMatch = { kind: 'compare', op: operator.op, value: token.text }
    return { kind: 'field', field, match, span: { start, end: token.end } }
  }

  #value(context: Context): Query | undefined {
    const token = this.#token
    if (token.kind !== 'word' && token.kind !== 'phrase' && token.kind !== 'regex') return undefined
    this.#checkClosed(token)
    this.#count(token)
    this.#advance(context !== undefined && context.start === undefined ? 'group' : 'term')
    const span = { start: context?.start ?? token.start, end: token.end }
    if (context !== undefined) return { kind: 'field', field: context.field, match: fieldMatch(token), span }
    if (token.kind === 'word' && token.wild && /^\*+$/.test(token.pattern)) return ALL
    if (token.kind === 'phrase' && token.text === '') {
      this.#error('Nothing stands between these quotes', token)
      return undefined
    }
    return { kind: 'text', match: textMatch(token), span }
  }

  #warnOfForeignSyntax(token: Extract<Token, { kind: 'word' }>): void {
    const instead =
      { '&&': 'AND', '||': 'OR', '!': 'NOT or `-`' }[token.text] ??
      (/^!./.test(token.text) ? 'NOT or `-`' : '')
    if (instead === '' || !token.plain) return
    this.#diagnostics.push({
      severity: 'warning',
      message: `\`${/^\W+/.exec(token.text)?.[0] ?? token.text}\` is not an operator here: write ${instead}`,
      span: { start: token.start, end: token.end },
    })
  }

  #checkClosed(token: Token): void {
    if (token.kind === 'phrase' && !token.closed) this.#error('Missing closing quote', token)
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

  #error(message: string, { start, end }: Span): void {
    this.#diagnostics.push({ severity: 'error', message, span: { start, end } })
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
