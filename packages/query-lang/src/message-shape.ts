import type { FieldMatch, Query } from './ast.ts'

/** What stands in a shape where messages of one kind differ. */
export const VARIABLE = '<*>'

/** Characters of a message that its shape is made of; what is longer has the rest as `CUT`. */
export const SHAPED_CHARACTERS = 1_000
export const CUT = '<…>'

const UUID = '\\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\b'
const DIGITAL = '\\w*\\d\\w*'

/**
 * What differs from message to message: a word with a digit in it, several of them joined (times, addresses, `10.5`,
 * `1,200`), with its sign, and a UUID. The same in RE2 and JavaScript, where `\w` and `\d` are ASCII alike.
 */
const DIFFERING = `${UUID}|(?:\\B[-+])?${DIGITAL}(?:[.:,+-]${DIGITAL})*`

/**
 * The shape of a message: the message with what differs between messages of one kind taken out. Words without a digit are
 * never taken out, so two messages that say different things have different shapes.
 */
export function messageShape(message: string): string {
  const start = message.length <= SHAPED_CHARACTERS ? message : firstCharacters(message)
  const shape = start.replace(new RegExp(DIFFERING, 'g'), VARIABLE)
  return start.length === message.length ? shape : shape + CUT
}

function firstCharacters(text: string): string {
  // A character outside the basic plane is two of a JavaScript string.
  return Array.from(text.slice(0, 2 * SHAPED_CHARACTERS))
    .slice(0, SHAPED_CHARACTERS)
    .join('')
}

/** SQL of DuckDB that gives what `messageShape` does. @param message a VARCHAR that is not NULL */
export function messageShapeSql(message: string): string {
  const start = `left(${message}, ${SHAPED_CHARACTERS})`
  const end = `CASE WHEN length(${message}) > ${SHAPED_CHARACTERS} THEN '${CUT}' ELSE '' END`
  return `regexp_replace(${start}, '${DIFFERING}', '${VARIABLE}', 'g') || ${end}`
}

/** Finds the messages of a shape. Those that were cut are known by how they begin. */
export function shapeQuery(shape: string): Query {
  if (shape === '') return { kind: 'not', term: ofMessage({ kind: 'exists' }) }
  const cut = shape.endsWith(CUT)
  const literals = (cut ? shape.slice(0, -CUT.length) : shape).split(VARIABLE).map(literal)
  const pattern = `^${literals.join(`(?:<\\*>|${DIFFERING})`)}${cut ? '' : '$'}`
  return ofMessage({ kind: 'regex', pattern })
}

function ofMessage(match: FieldMatch): Query {
  return { kind: 'field', field: 'message', match, span: { start: 0, end: 0 } }
}

/** RE2 that matches this text, as readable as can be. */
function literal(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]|\p{Cc}/gu, (character) =>
    /\p{Cc}/u.test(character) ? `\\x{${character.codePointAt(0)?.toString(16)}}` : `\\${character}`,
  )
}
