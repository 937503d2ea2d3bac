import type { FieldMatch, Query, TextMatch } from './ast.ts'

/** The text of a query: `parse(print(query))` gives the same tree, but for spans. */
export function print(query: Query): string {
  return printed(query, 'or')
}

/** How tightly the place binds; what binds less is put into parentheses. */
type Place = 'or' | 'and' | 'not'

function printed(query: Query, place: Place): string {
  switch (query.kind) {
    case 'all':
      return '*'
    case 'and': {
      const text = query.terms.map((term) => printed(term, 'not')).join(' ')
      return place === 'not' ? `(${text})` : text
    }
    case 'or': {
      const text = query.terms.map((term) => printed(term, term.kind === 'or' ? 'not' : 'and')).join(' OR ')
      return place === 'or' ? text : `(${text})`
    }
    case 'not':
      return `NOT ${printed(query.term, 'not')}`
    case 'text':
      return printText(query.match)
    case 'field':
      return `${printName(query.field)}${printMatch(query.match)}`
  }
}

function printText(match: TextMatch): string {
  switch (match.kind) {
    case 'words':
      return isPlainTerm(match.text) ? match.text : quote(match.text)
    case 'wildcard':
      return escapePattern(match.pattern)
    case 'regex':
      return printRegex(match.pattern)
  }
}

function printMatch(match: FieldMatch): string {
  switch (match.kind) {
    case 'equals':
      return `:${printValue(match.value)}`
    case 'wildcard':
      return `:${escapePattern(match.pattern)}`
    case 'regex':
      return `:${printRegex(match.pattern)}`
    case 'compare':
      return `${match.op}${printValue(match.value)}`
    case 'exists':
      return ':*'
  }
}

export function printName(name: string): string {
  return /^[\p{L}_@][\p{L}\p{N}\p{M}_.@-]*$/u.test(name) ? name : quote(name)
}

/** A value as it stands behind `name:`, quoted where it must be. */
export function printValue(value: string): string {
  return /^[\p{L}\p{N}\p{M}_@.+-][\p{L}\p{N}\p{M}_@.+:-]*$/u.test(value) ? value : quote(value)
}

function isPlainTerm(text: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.@-]*$/u.test(text) && !/^(?:and|or|not)$/i.test(text)
}

/** A text as a phrase. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A wildcard pattern, in which `\*`, `\?` and `\\` are escaped already. */
function escapePattern(pattern: string): string {
  return pattern.replace(/\\[\s\S]|[^\p{L}\p{N}\p{M}_*?.@]/gu, (found, at: number) => {
    if (found.length === 2 && found.startsWith('\\')) return found
    // Only at its beginning could a word with these be a NOT or a regular expression.
    return at > 0 && (found === '-' || found === '/') ? found : `\\${found}`
  })
}

function printRegex(pattern: string): string {
  return `/${pattern.replace(/\\[\s\S]|\//g, (found) => (found === '/' ? '\\/' : found))}/`
}
