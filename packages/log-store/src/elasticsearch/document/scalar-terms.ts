import type { Scalar } from '@heartwood/event'
import { termsOfScalar } from '@heartwood/query-lang'
import type { DocumentKey } from './document-key.ts'
import type { DocumentParts } from './document-parts.ts'
import { isCutWord, isLongTerm, isSplitText } from './text-limits.ts'

/** Adds what finds a scalar: an attribute's value, an element of an array, a value in `rest`. */
export function addScalar(parts: DocumentParts, key: DocumentKey, value: Scalar): void {
  if (typeof value === 'string') {
    addString(parts, key, stringValue(value.toWellFormed()))
  } else if (!key.canBeTerm) parts.markInexact()
  else for (const [type, text] of termsOfScalar(value)) parts.addTerm(key.termJson(type, `"${text}"`))
}

/** A string with what is made of it once for all events that have it. */
export interface StringValue {
  readonly json: string
  readonly isEmpty: boolean
  readonly isLong: boolean
  /** Words are not all in the index as query-lang sees them. */
  readonly isPartly: boolean
}

export function stringValue(text: string): StringValue {
  return {
    json: JSON.stringify(text),
    isEmpty: text === '',
    isLong: isLongTerm(text),
    isPartly: isSplitText(text) || isCutWord(text),
  }
}

export function addString(parts: DocumentParts, key: DocumentKey, text: StringValue): void {
  if (key.area === 'attributes' && !text.isEmpty) {
    parts.addText(text.json)
    if (key.isProse) parts.addProse(key.json, text.json)
    if (text.isPartly) parts.markInexact()
  }
  if (!key.canBeTerm) parts.markInexact()
  else if (!text.isLong) parts.addTerm(key.termJson('string', text.json))
  else if (key.isProse) parts.markUngrouped()
  else parts.markInexact()
}
