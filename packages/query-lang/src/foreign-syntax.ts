import type { Diagnostic, Fix, Span } from './ast.ts'
import { replacement } from './fixes.ts'
import { nextToken, type Word } from './lexer.ts'
import { quote } from './print.ts'

const LOGIC: ReadonlyMap<string, string> = new Map([
  ['&&', 'AND'],
  ['||', 'OR'],
  ['!', 'NOT'],
])
const OPENING_QUOTES = /^['‘’“”„«]/
const CLOSING_QUOTES: Readonly<Record<string, string>> = {
  "'": "'",
  '‘': '’',
  '’': '’',
  '“': '”',
  '”': '”',
  '„': '”“',
  '«': '»',
}

/**
 * What is an operator in other languages and mere text here, at a word in free text: `&&`, `||`, `!x`, `level=error`,
 * `status != 500`, `'payment failed'`. A warning, since a log may have just that text.
 */
export function foreignSyntax(text: string, token: Word & Span): Diagnostic | undefined {
  if (!token.plain) return undefined
  const written = text.slice(token.start, token.end)
  return logic(written, token) ?? equality(text, written, token) ?? otherQuotes(text, token)
}

/** `!name:value`: the exclamation mark would be part of the name. */
export function negatedName(name: string, start: number): Diagnostic | undefined {
  return /^![\p{L}_@]/u.test(name) ? isNoOperator('!', { start, end: start + 1 }, 'NOT ') : undefined
}

/** Quotes that do not make a phrase: single ones, and those that word processors write. */
export function otherQuotes(text: string, { start }: Span): Diagnostic | undefined {
  const opening = OPENING_QUOTES.exec(text.slice(start, start + 1))?.[0]
  if (opening === undefined) return undefined
  const closing = CLOSING_QUOTES[opening] ?? opening
  for (let index = start + 1; index < text.length; index++) {
    if (!closing.includes(text[index] ?? '') || /^[^\s)]/.test(text.slice(index + 1, index + 2))) continue
    const span = { start, end: index + 1 }
    const phrase = quote(text.slice(start + 1, index))
    return {
      severity: 'warning',
      message: `\`${opening}\` does not make a phrase: write double quotes`,
      span,
      fixes: [replacement(span, phrase)],
    }
  }
  return undefined
}

function logic(written: string, span: Span): Diagnostic | undefined {
  const operator = LOGIC.get(written)
  if (operator !== undefined) return isNoOperator(written, span, operator)
  if (!/^![\p{L}\p{N}_@*]/u.test(written)) return undefined
  return isNoOperator('!', { start: span.start, end: span.start + 1 }, 'NOT ')
}

function isNoOperator(written: string, span: Span, insert: string): Diagnostic {
  const instead = insert.trim()
  return {
    severity: 'warning',
    message: `\`${written}\` is not an operator here: write ${instead}${instead === 'NOT' ? ' or `-`' : ''}`,
    span,
    fixes: [replacement(span, insert, `Write \`${instead}\``)],
  }
}

const NAME = /^[\p{L}_@][\p{L}\p{N}\p{M}_.@-]*/u

/** `name=value`, `name == value`, `name!="a b"`: written as one word or several. */
function equality(text: string, written: string, token: Span): Diagnostic | undefined {
  const name = NAME.exec(written)?.[0]
  if (name === undefined) return undefined
  const nameEnd = token.start + name.length
  const found = /^\s*(==?|!=)\s*(?=[^\s=~)])/.exec(text.slice(nameEnd, nameEnd + 20))
  // Something else follows the name within its word: `a/b=c` is text.
  if (found === null || (written.length > name.length && /^\s/.test(found[0]))) return undefined
  const [behind, operator = '='] = found
  const value = nextToken(text, nameEnd + behind.length, 'value')
  if (value.kind !== 'word' && value.kind !== 'phrase') return undefined
  const isNot = operator === '!='
  const edits: Fix['edits'] = [
    ...(isNot ? [{ start: token.start, end: token.start, insert: 'NOT ' }] : []),
    { start: nameEnd, end: value.start, insert: ':' },
  ]
  const instead = `${isNot ? 'NOT ' : ''}${name}:${text.slice(value.start, value.end)}`
  return {
    severity: 'warning',
    message: `\`${operator}\` is text here: the field is searched by \`${instead}\``,
    span: { start: token.start, end: value.end },
    fixes: [{ title: `Write \`${instead}\``, edits }],
  }
}
