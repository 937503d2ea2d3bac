import type { Scalar } from '@heartwood/event'
import { termsOfScalar } from '@heartwood/query-lang'
import type { DocumentKey } from './document-key.ts'
import type { DocumentParts } from './document-parts.ts'
import { isCutWord, isLongTerm, isSplitText } from './text-limits.ts'

/** Adds what finds a scalar: an attribute's value, an element of an array, a value in `rest`. */
export function addScalar(parts: DocumentParts, key: DocumentKey, value: Scalar): void {
  if (typeof value === 'string') {
    const text = value.toWellFormed()
    addString(parts, key, text, JSON.stringify(text))
  } else if (!key.canBeTerm) parts.markInexact()
  else for (const [type, text] of termsOfScalar(value)) parts.addTerm(key.termJson(type, `"${text}"`))
}

/** @param json the string as JSON */
export function addString(parts: DocumentParts, key: DocumentKey, value: string, json: string): void {
  if (key.area === 'attributes' && value !== '') {
    parts.addText(json)
    if (key.isProse) parts.addProse(key.json, json)
    if (isSplitText(value) || isCutWord(value)) parts.markInexact()
  }
  if (!key.canBeTerm) parts.markInexact()
  else if (!isLongTerm(value)) parts.addTerm(key.termJson('string', json))
  else if (key.isProse) parts.markUngrouped()
  else parts.markInexact()
}
