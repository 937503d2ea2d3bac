import type { Query } from '../ast.ts'
import {
  fieldCompares,
  fieldExists,
  fieldIs,
  fieldLike,
  joined,
  literally,
  MAX_DEPTH,
  NotUnderstood,
  not,
  textLike,
  type Understood,
} from './translation.ts'

/** Labels that are the event's own fields here. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['app', 'service'],
  ['application', 'service'],
  ['host', 'hostname'],
  ['detected_level', 'level'],
])

/** Stages that only read fields out of the line, which was done when it came in. */
const READ_ALREADY: ReadonlySet<string> = new Set(['json', 'logfmt', 'unpack'])
/** Stages that change how a line looks, or which labels are shown. */
const LOOKS_ONLY: ReadonlySet<string> = new Set([
  'line_format',
  'label_format',
  'decolorize',
  'keep',
  'drop',
  'unwrap',
])
const READS_BY_PATTERN: ReadonlySet<string> = new Set(['pattern', 'regexp'])

/** A log selector in braces, alone or inside a count over time; or a line filter. */
export function looksLikeLoki(bare: string): boolean {
  return (
    /^\s*(?:[a-z_]+\b[^{]*)?\{\s*(?:[A-Za-z_]\w*\s*(?:=~?|!=|!~)|\})/.test(bare) ||
    /^\s*\|[=~>]\s*/.test(bare)
  )
}

export function readLoki(text: string): Understood {
  return new LokiReader(text).read()
}

class LokiReader {
  readonly #text: string
  readonly #lost: string[] = []
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): Understood {
    const counting = this.#take(/\s*[a-z_]+\b[^{]*(?=\{)/y)
    if (counting !== undefined) {
      const name = /[a-z_]+/.exec(counting)?.[0] ?? ''
      this.#lose(`\`${name}\` counts logs; this finds the logs it counts`)
    }
    const terms: (Query | undefined)[] = []
    if (this.#take(/\s*\{/y) !== undefined) terms.push(...this.#selector())
    while (!this.#isNext(/\s*(?:$|[[)])/y)) terms.push(this.#stage())
    if (counting === undefined && this.#take(/\s*$/y) === undefined) throw new NotUnderstood()
    return { query: joined('and', terms), lost: this.#lost }
  }

  #selector(): (Query | undefined)[] {
    const terms: (Query | undefined)[] = []
    while (this.#take(/\s*\}/y) === undefined) {
      const name = this.#need(/\s*[A-Za-z_]\w*/y).trim()
      const op = this.#need(/\s*(?:=~|!~|!=|=)/y).trim()
      terms.push(labelIs(name, op, this.#string()))
      this.#take(/\s*,/y)
    }
    return terms
  }

  #stage(): Query | undefined {
    const filter = this.#take(/\s*(?:\|=|!=|\|~|!~|\|>|!>)/y)?.trim()
    if (filter !== undefined) return this.#lineFilter(filter)
    this.#need(/\s*\|/y)
    const name = this.#take(/\s*[a-z_]+\b(?!\s*(?:=|!|>|<))/y)?.trim()
    if (name === undefined) return this.#labelFilter()
    if (READS_BY_PATTERN.has(name))
      this.#lose(
        `\`| ${name}\` reads fields out of the line while it is searched; fields are read when a line comes in here`,
      )
    else if (LOOKS_ONLY.has(name)) this.#lose(`\`| ${name}\` changes how a line looks, not which are found`)
    else if (!READ_ALREADY.has(name)) throw new NotUnderstood()
    this.#arguments()
    return undefined
  }

  /** Up to the next stage; strings may have the sign in them. */
  #arguments(): void {
    while (this.#take(/\s*(?:"(?:[^"\\]|\\[\s\S])*"|`[^`]*`|[^\s|"`[)]+)/y) !== undefined);
  }

  #lineFilter(op: string): Query | undefined {
    const texts = [this.#string()]
    while (this.#take(/\s+or(?=\s*["`])/y) !== undefined) texts.push(this.#string())
    if (op.endsWith('>')) {
      this.#lose(`\`${op}\` compares with a pattern of the line: say it with \`*\` or a regular expression`)
      return undefined
    }
    const found = texts
      .filter((each) => each !== '')
      .map((each) => textLike('regex', op.endsWith('~') ? each : literally(each)))
    const any = joined('or', found)
    return op.startsWith('!') ? not(any) : any
  }

  /** `status >= 500 and (path = "/x" or method != "GET")` */
  #labelFilter(): Query | undefined {
    const terms = [this.#labelAnd()]
    while (this.#take(/\s+or\b/y) !== undefined) terms.push(this.#labelAnd())
    return joined('or', terms)
  }

  #labelAnd(): Query | undefined {
    const terms = [this.#labelTerm()]
    while (this.#take(/\s+and\b|\s*,/y) !== undefined) terms.push(this.#labelTerm())
    return joined('and', terms)
  }

  #labelTerm(): Query | undefined {
    if (this.#take(/\s*\(/y) !== undefined) {
      if (++this.#depth > MAX_DEPTH) throw new NotUnderstood()
      const inner = this.#labelFilter()
      this.#need(/\s*\)/y)
      this.#depth--
      return inner
    }
    const name = this.#need(/\s*[A-Za-z_]\w*/y).trim()
    const op = this.#need(/\s*(?:==|=~|!~|!=|>=|<=|=|>|<)/y).trim()
    if (this.#isNext(/\s*["`]/y)) return labelIs(name, op === '==' ? '=' : op, this.#string())
    const value = this.#need(/\s*-?[\w.]+/y).trim()
    return labelIs(name, op === '==' ? '=' : op, value)
  }

  #string(): string {
    const written = this.#need(/\s*(?:"(?:[^"\\]|\\[\s\S])*"|`[^`]*`)/y).trim()
    const inner = written.slice(1, -1)
    if (written.startsWith('`')) return inner
    return inner.replace(/\\([\s\S])/g, (_pair, character: string) => ESCAPES[character] ?? character)
  }

  #lose(sentence: string): void {
    if (!this.#lost.includes(sentence)) this.#lost.push(sentence)
  }

  #isNext(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }

  #need(pattern: RegExp): string {
    const found = this.#take(pattern)
    if (found === undefined) throw new NotUnderstood()
    return found
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function labelIs(label: string, op: string, value: string): Query | undefined {
  const name = NAMES.get(label) ?? label
  switch (op) {
    case '=':
      return value === '' ? not(fieldExists(name)) : fieldIs(name, value)
    case '!=':
      return value === '' ? fieldExists(name) : not(fieldIs(name, value))
    case '=~':
      return labelLike(name, value)
    case '!~':
      return not(labelLike(name, value))
    case '>':
    case '>=':
    case '<':
    case '<=':
      return fieldCompares(name, op, value)
    default:
      throw new NotUnderstood()
  }
}

/** Matchers of labels are of the whole value; one of plain words is said as such. */
function labelLike(name: string, pattern: string): Query | undefined {
  if (pattern === '.+') return fieldExists(name)
  if (pattern === '.*') return { kind: 'all' }
  if (/^[\w-]+(?:\|[\w-]+)*$/.test(pattern)) {
    return joined(
      'or',
      pattern.split('|').map((value) => fieldIs(name, value)),
    )
  }
  return fieldLike(name, 'regex', `^(?:${pattern})$`)
}
