import type { Query } from '../ast.ts'
import {
  fieldCompares,
  fieldExists,
  fieldIs,
  fieldLike,
  joined,
  MAX_DEPTH,
  NotUnderstood,
  not,
  text as textIs,
  textLike,
  type Understood,
} from './translation.ts'

/** In what the languages that descend from Lucene's differ. */
export interface LuceneLike {
  /** What two terms beside each other mean. */
  readonly beside: 'and' | 'or'
  /** `and`, `or`, `not` in small letters are operators too. */
  readonly anyCase: boolean
  /** `name: some words` is the field with any of the words. */
  readonly valuesOfWords: boolean
  /** `name:value` in this product's words; what cannot be said is told by `lose`. */
  field(name: string, value: LuceneValue, lose: (sentence: string) => void): Query | undefined
}

export type LuceneValue =
  | { readonly kind: 'word'; readonly text: string; readonly pattern: string; readonly wild: boolean }
  | { readonly kind: 'phrase'; readonly text: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'compare'; readonly op: '>' | '>=' | '<' | '<='; readonly value: string }

/** Reads a query of a language like Lucene's. Throws NotUnderstood where it is none. */
export function readLuceneLike(text: string, language: LuceneLike): Understood {
  return new Reader(text, language).read()
}

/** A field as all these languages compare it; the names stay. */
export function plainField(name: string, value: LuceneValue): Query {
  switch (value.kind) {
    case 'word':
      if (!value.wild) return fieldIs(name, value.text)
      return /^\*+$/.test(value.pattern) ? fieldExists(name) : fieldLike(name, 'wildcard', value.pattern)
    case 'phrase':
      return fieldIs(name, value.text)
    case 'regex':
      // Lucene's find whole values.
      return fieldLike(name, 'regex', `^(?:${value.pattern})$`)
    case 'compare':
      return fieldCompares(name, value.op, value.value)
  }
}

interface Clause {
  readonly occurs: 'must' | 'should' | 'not'
  readonly query: Query | undefined
}

class Reader {
  readonly #text: string
  readonly #language: LuceneLike
  readonly #lost: string[] = []
  #at = 0
  #depth = 0

  constructor(text: string, language: LuceneLike) {
    this.#text = text
    this.#language = language
  }

  read(): Understood {
    const query = this.#or(undefined)
    if (this.#at < this.#text.length) throw new NotUnderstood()
    return { query, lost: this.#lost }
  }

  #or(field: string | undefined): Query | undefined {
    const terms = [this.#and(field)]
    while (this.#takeOperator('or', '||')) terms.push(this.#and(field))
    return joined('or', terms)
  }

  #and(field: string | undefined): Query | undefined {
    const terms = [this.#beside(field)]
    while (this.#takeOperator('and', '&&')) terms.push(this.#beside(field))
    return joined('and', terms)
  }

  /** Terms without an operator between them. */
  #beside(field: string | undefined): Query | undefined {
    const clauses: Clause[] = []
    while (this.#isTermNext()) clauses.push(this.#clause(field))
    if (clauses.length === 0) throw new NotUnderstood()
    const of = (occurs: Clause['occurs']) =>
      clauses.filter((clause) => clause.occurs === occurs).map(({ query }) => query)
    const [musts, nots, shoulds] = [of('must'), of('not').map(not), of('should')]
    if (this.#language.beside === 'and') return joined('and', [...musts, ...shoulds, ...nots])
    if (musts.length === 0) return joined('and', [joined('or', shoulds), ...nots])
    if (shoulds.length > 0) this.#lose('Terms without `+` beside ones with it only order what is found')
    return joined('and', [...musts, ...nots])
  }

  #clause(field: string | undefined): Clause {
    this.#space()
    if (this.#take(/\+(?=\S)/y) !== undefined) return { occurs: 'must', query: this.#primary(field) }
    const isNot = this.#takeOperator('not', '!') || this.#take(/-(?=[^\s])/y) !== undefined
    if (!isNot) return { occurs: 'should', query: this.#primary(field) }
    const inner = this.#clause(field)
    return inner.occurs === 'not'
      ? { occurs: 'should', query: inner.query }
      : { occurs: 'not', query: inner.query }
  }

  #primary(field: string | undefined): Query | undefined {
    this.#space()
    if (this.#take(/\(/y) !== undefined) return this.#group(field)
    const name = field === undefined ? this.#name() : undefined
    if (name === undefined) return this.#value(field)
    this.#space()
    if (this.#take(/\(/y) !== undefined) return this.#group(name)
    if (this.#language.valuesOfWords && this.#take(/\{/y) !== undefined) return this.#nested(name)
    const first = this.#value(name)
    return this.#language.valuesOfWords ? this.#moreWords(name, first) : first
  }

  #group(field: string | undefined): Query | undefined {
    this.#deeper()
    const inner = this.#or(field)
    this.#space()
    if (this.#take(/\)/y) === undefined) throw new NotUnderstood()
    this.#take(/\^[\d.]+/y)
    this.#depth--
    return inner
  }

  /** `items:{ name:a and size > 1 }`: the fields of an object in an array. */
  #nested(name: string): Query | undefined {
    this.#deeper()
    const start = this.#lost.length
    const inner = this.#or(undefined)
    this.#space()
    if (this.#take(/\}/y) === undefined) throw new NotUnderstood()
    this.#depth--
    this.#lost.length = start
    this.#lose(
      `\`${name}:{ }\` asks for one object of an array; here any of its objects may have each of the values`,
    )
    return inner === undefined ? undefined : prefixed(inner, name)
  }

  #moreWords(name: string, first: Query | undefined): Query | undefined {
    const words = [first]
    while (this.#isTermNext() && !this.#isNext(/\s*(?:[(!+]|not\b|-|"?[^\s"()]*"?\s*(?::|[<>]))/iy))
      words.push(this.#value(name))
    return joined('or', words)
  }

  /** Behind it a value must follow. */
  #name(): string | undefined {
    const start = this.#at
    const name = this.#take(/"(?:[^"\\]|\\.)+"|(?:\\[\s\S]|[^\s()[\]{}"^~:\\<>=/]|\/(?!\/))+/y)
    if (name !== undefined) {
      const isColon = this.#take(/\s*:(?!\/\/)(?=\s*\S)/y) !== undefined
      if (isColon || this.#isNext(/\s*[<>]/y)) return unescaped(name.replace(/^"(.*)"$/s, '$1'))
    }
    this.#at = start
    return undefined
  }

  #value(field: string | undefined): Query | undefined {
    this.#space()
    const op = this.#take(/[<>]=?/y)
    if (op === '>' || op === '>=' || op === '<' || op === '<=') {
      this.#space()
      const value = this.#take(/"(?:[^"\\]|\\.)*"|[^\s()]+/y)
      if (value === undefined || field === undefined) throw new NotUnderstood()
      return this.#field(field, { kind: 'compare', op, value: value.replace(/^"(.*)"$/s, '$1') })
    }
    const range = field === undefined ? undefined : this.#take(/[[{]\s*\S+\s+TO\s+[^\]}]+?\s*[\]}]/y)
    if (range !== undefined && field !== undefined) return this.#range(field, range)
    const phrase = this.#take(/"(?:[^"\\]|\\[\s\S])*"/y)
    if (phrase !== undefined) {
      if (this.#take(/~\d*/y) !== undefined)
        this.#lose(`\`${phrase}~\` allows other words between; here they must follow each other`)
      this.#take(/\^[\d.]+/y)
      const words = unescaped(phrase.slice(1, -1))
      if (field !== undefined) return this.#field(field, { kind: 'phrase', text: words })
      return words.trim() === '' ? undefined : textIs(words)
    }
    const regex = this.#take(/\/(?:[^/\\]|\\[\s\S])+\/(?=[\s)]|$)/y)
    if (regex !== undefined) {
      const pattern = regex.slice(1, -1).replaceAll('\\/', '/')
      return field === undefined
        ? textLike('regex', `\\b(?:${pattern})\\b`)
        : this.#field(field, { kind: 'regex', pattern })
    }
    return this.#word(field)
  }

  #word(field: string | undefined): Query | undefined {
    const written = this.#take(/(?:\\[\s\S]|[^\s()"\\^~]|[\^~](?![\d.]*(?:[\s)]|$)))+/y)
    if (written === undefined) throw new NotUnderstood()
    if (this.#take(/~[\d.]*/y) !== undefined)
      this.#lose(`\`${written}~\` finds words that are alike; here only the word itself`)
    this.#take(/\^[\d.]+/y)
    const wild = /[*?]/.test(written.replace(/\\[\s\S]/g, ''))
    const word: LuceneValue = { kind: 'word', text: unescaped(written), pattern: patternOf(written), wild }
    if (field !== undefined) return this.#field(field, word)
    if (!wild) return textIs(word.text)
    return /^\*+$/.test(word.pattern) ? { kind: 'all' } : textLike('wildcard', word.pattern)
  }

  #range(field: string, written: string): Query | undefined {
    const [, open, from = '*', to = '*', close] =
      /^([[{])\s*(\S+)\s+TO\s+([^\]}]+?)\s*([\]}])$/.exec(written) ?? []
    const bare = (end: string) => end.replace(/^"(.*)"$/s, '$1')
    const bounds = [
      from === '*'
        ? undefined
        : this.#field(field, { kind: 'compare', op: open === '{' ? '>' : '>=', value: bare(from) }),
      to === '*'
        ? undefined
        : this.#field(field, { kind: 'compare', op: close === '}' ? '<' : '<=', value: bare(to) }),
    ]
    return from === '*' && to === '*' ? this.#field(field, ANYTHING) : joined('and', bounds)
  }

  #field(name: string, value: LuceneValue): Query | undefined {
    if (name === '*' && value.kind === 'phrase') return textIs(value.text)
    if (name === '*' && value.kind === 'word')
      return value.wild ? textLike('wildcard', value.pattern) : textIs(value.text)
    if (name.includes('*')) {
      this.#lose(`\`${name}\`: a field's name has no wildcards here`)
      return undefined
    }
    return this.#language.field(name, value, (sentence) => this.#lose(sentence))
  }

  #isTermNext(): boolean {
    const words = this.#language.anyCase
      ? /\s*(?:$|[)}]|\|\||&&|(?:and|or)(?=[\s(]))/iy
      : /\s*(?:$|[)}]|\|\||&&|(?:AND|OR)(?=[\s(]))/y
    return !this.#isNext(words)
  }

  #takeOperator(word: 'and' | 'or' | 'not', sign: string): boolean {
    this.#space()
    if (this.#text.startsWith(sign, this.#at)) {
      this.#at += sign.length
      return true
    }
    const written = this.#take(/(?:and|or|not)(?=[\s(])/iy, (found) => {
      const isWord = found.toLowerCase() === word
      return isWord && (this.#language.anyCase || found === word.toUpperCase())
    })
    return written !== undefined
  }

  #deeper(): void {
    if (++this.#depth > MAX_DEPTH) throw new NotUnderstood()
  }

  #lose(sentence: string): void {
    if (!this.#lost.includes(sentence)) this.#lost.push(sentence)
  }

  #space(): void {
    this.#take(/\s+/y)
  }

  #isNext(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }

  /** What the sticky pattern finds here, taken if `isWanted` says so. */
  #take(pattern: RegExp, isWanted: (found: string) => boolean = () => true): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined || !isWanted(found)) return undefined
    this.#at += found.length
    return found
  }
}

const ANYTHING: LuceneValue = { kind: 'word', text: '*', pattern: '*', wild: true }

function unescaped(written: string): string {
  return written.replace(/\\([\s\S])/g, '$1')
}

/** A written word as a pattern in which only `*`, `?` and the backslash are special. */
function patternOf(written: string): string {
  return written.replace(/\\([\s\S])/g, (_pair, character: string) =>
    /[*?\\]/.test(character) ? `\\${character}` : character,
  )
}

function prefixed(query: Query, name: string): Query {
  switch (query.kind) {
    case 'all':
    case 'text':
      return query
    case 'and':
    case 'or':
      return { ...query, terms: query.terms.map((term) => prefixed(term, name)) }
    case 'not':
      return { kind: 'not', term: prefixed(query.term, name) }
    case 'field':
      return { ...query, field: `${name}.${query.field}` }
  }
}
