import type { TermField } from '@heartwood/query-lang'

/**
 * Terms as 32-bit numbers: FNV-1a (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv) over their UTF-8. Two of
 * them meet once in four thousand million, which is far below a filter's own error.
 */

export const HASH_START = 0x811c9dc5 | 0
const PRIME = 0x01000193

/** Bytes that no UTF-8 holds keep the kinds of terms and their parts apart. */
const PART_END = 0xff
const VALUE_OF = { string: 0xfe, boolean: 0xfd } as const
const NUMBER = 0xfc
const UNLISTED = 0xfb
const REST = 0xfa

const utf8 = new TextEncoder()

export function withByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, PRIME)
}

export function withBytes(hash: number, bytes: Uint8Array, from: number, to: number): number {
  let h = hash
  for (let at = from; at < to; at++) h = Math.imul(h ^ (bytes[at] ?? 0), PRIME)
  return h
}

/** A folded word. */
export function wordTerm(word: string): number {
  return withText(HASH_START, word)
}

/** A whole value of a field is `withBytes` of what this gives over the value's UTF-8. */
export function valueTerms(field: TermField, type: keyof typeof VALUE_OF): number {
  return fieldTerm(VALUE_OF[type], field)
}

export function valueTerm(field: TermField, type: keyof typeof VALUE_OF, value: string): number {
  return withText(valueTerms(field, type), value)
}

/** That a field has a number somewhere; which is never told. */
export function numberTerm(field: TermField): number {
  return fieldTerm(NUMBER, field)
}

/** That not every string of a field is told, since there are too many. */
export function unlistedTerm(field: TermField): number {
  return fieldTerm(UNLISTED, field)
}

/** That some row has values in `rest`, of whatever key. */
export const REST_TERM = withByte(HASH_START, REST)

function fieldTerm(kind: number, { area, key }: TermField): number {
  const named = withText(withByte(HASH_START, kind), area)
  return withByte(withText(withByte(named, PART_END), key), PART_END)
}

function withText(hash: number, text: string): number {
  const bytes = utf8.encode(text)
  return withBytes(hash, bytes, 0, bytes.length)
}

/**
 * A term with its bits mixed, so that every part of it is as good as chance: the finalizer of MurmurHash3
 * (https://github.com/aappleby/smhasher/wiki/MurmurHash3). Different terms stay different.
 */
export function spread(term: number): number {
  let h = term
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
