import type { Scalar } from '@heartwood/event'

/**
 * The terms of a document in Elasticsearch: what writers put into its keyword fields `terms` and `keys`, and what
 * compiled queries look for. One keyword field for all attributes, so that no sender's keys make the mapping grow, with
 * the type of each value in its term: the number 500 and the string `500` are two terms.
 *
 * In `keys`: area, type, key. In `terms`: area, type of the value, key, NUL, value. Numbers are written so that terms of
 * one key and type sort as the numbers do: a comparison is a range of terms, exact for int64 too.
 */
export type TermArea = 'attributes' | 'resource'

const AREA_LETTER: Record<TermArea, string> = { attributes: 'a', resource: 'r' }

/** Types that a key can have in an event; `rest` for what got no attribute of its own. */
export const KEY_TYPES = ['string', 'int64', 'double', 'boolean', 'array', 'rest'] as const
export type KeyType = (typeof KEY_TYPES)[number]

const KEY_LETTER: Record<KeyType, string> = {
  string: 's',
  int64: 'i',
  double: 'd',
  boolean: 'b',
  array: 'l',
  rest: 'e',
}

/** Longest text (UTF-16 units) that is one term: Lucene takes 32,766 bytes, and three a unit leave room for the key. */
export const MAX_TERM_TEXT = 8191
/** Longest key (UTF-16 units) that terms are made of. */
export const MAX_KEY = 1000

/** The term in `keys` that says that an event has a value of a type at a key. */
export function keyTerm(area: TermArea, type: KeyType, key: string): string {
  return AREA_LETTER[area] + KEY_LETTER[type] + key
}

/** What a term of `keys` says; undefined for one that is not of this layout. */
export function readKeyTerm(term: string): { area: TermArea; type: KeyType; key: string } | undefined {
  const area = term[0] === 'a' ? 'attributes' : term[0] === 'r' ? 'resource' : undefined
  const type = KEY_TYPES.find((type) => KEY_LETTER[type] === term[1])
  return area === undefined || type === undefined ? undefined : { area, type, key: term.slice(2) }
}

/** The term in `keys` of an event that has `raw`, which has no index of its own. */
export const RAW_TERM = 'oraw'

/** Terms of values: `digits` are those of negative integers, whose own terms do not show them. */
export type TermType = 'string' | 'boolean' | 'int64' | 'double' | 'digits'

const TERM_LETTER: Record<TermType, string> = {
  string: 's',
  boolean: 'b',
  int64: 'i',
  double: 'd',
  digits: 'g',
}

/** What stands before the value in every term of a type at a key. */
export function termPrefix(area: TermArea, type: TermType, key: string): string {
  return `${AREA_LETTER[area]}${TERM_LETTER[type]}${key}\u0000`
}

/** The values of a scalar's terms, with their types. */
export function termsOfScalar(value: Scalar): readonly (readonly [TermType, string])[] {
  switch (typeof value) {
    case 'string':
      return [['string', value]]
    case 'boolean':
      return [['boolean', String(value)]]
    case 'bigint':
      return termsOfInteger(String(value))
    case 'number':
      return Number.isSafeInteger(value)
        ? termsOfInteger(String(value))
        : Number.isNaN(value)
          ? []
          : [['double', sortableDouble(value)]]
  }
}

function termsOfInteger(digits: string): readonly (readonly [TermType, string])[] {
  const sortable: readonly [TermType, string] = ['int64', sortableInteger(digits)]
  return digits.startsWith('-') ? [sortable, ['digits', digits]] : [sortable]
}

/** What stands before the digits of an integer that is not negative in its term: a letter for the sign, one for the length. */
export const POSITIVE = 'p'
const NEGATIVE = 'n'
const LENGTHS = 'abcdefghijklmnopqrstuvwxyz'

/** An integer of at most 26 digits, so that texts sort as numbers do. @param digits as String(bigint) writes it */
export function sortableInteger(digits: string): string {
  if (!digits.startsWith('-')) return POSITIVE + LENGTHS[digits.length - 1] + digits
  const magnitude = digits.slice(1)
  let complement = ''
  for (let at = 0; at < magnitude.length; at++) complement += 9 - (magnitude.charCodeAt(at) - 48)
  return NEGATIVE + LENGTHS[26 - magnitude.length] + complement
}

const BITS = new DataView(new ArrayBuffer(8))
/** Bytes of a double that sorts. */
export const SORTABLE_DOUBLE = 16

/** A double as 16 hexadecimal digits that sort as the numbers do, infinities at the ends. NaN has none. */
export function sortableDouble(value: number): string {
  const bytes = new Uint8Array(SORTABLE_DOUBLE)
  putSortableDouble(value, bytes, 0)
  return String.fromCharCode(...bytes)
}

/** Writes the digits of `sortableDouble` as bytes. */
export function putSortableDouble(value: number, bytes: Uint8Array, at: number): void {
  BITS.setFloat64(0, value)
  const high = BITS.getInt32(0)
  const low = BITS.getInt32(4)
  const isNegative = high < 0
  putHex(isNegative ? ~high : high | 0x80000000, bytes, at)
  putHex(isNegative ? ~low : low, bytes, at + 8)
}

function putHex(bits: number, bytes: Uint8Array, at: number): void {
  for (let digit = 0; digit < 8; digit++) {
    const nibble = (bits >>> (28 - digit * 4)) & 15
    bytes[at + digit] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
  }
}
