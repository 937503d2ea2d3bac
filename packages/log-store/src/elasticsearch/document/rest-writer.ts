import { COLUMN_TYPES, type EventBatch, isScalar, valueAt } from '@heartwood/event'
import { numberText, parseRest, type TermArea } from '@heartwood/query-lang'
import type { ColumnWriter } from './column-writers.ts'
import { DocumentKey } from './document-key.ts'
import type { DocumentParts } from './document-parts.ts'
import { addScalar } from './scalar-terms.ts'
import { isCutWord, isLongTerm, isSplitText } from './text-limits.ts'

/** Adds what is in `rest`: what got no attribute of its own, found under its key like one. */
export function restWriter(batch: EventBatch): ColumnWriter | undefined {
  const column = batch.text.get('rest')
  if (column === undefined) return undefined
  return (row, parts) => {
    const code = column.codes[row] ?? 0
    if (code === 0) return
    for (const [name, value] of Object.entries(parseRest(column.values.at(code)))) {
      addStrings(parts, value)
      if (value === null) continue
      addValue(parts, 'attributes', name, value, hasValue(batch, 'attributes', name, row))
      if (!name.startsWith('resource.')) continue
      const key = name.slice('resource.'.length)
      addValue(parts, 'resource', key, value, hasValue(batch, 'resource', key, row))
    }
  }
}

/** Every string at any depth, which a bare word is looked for in. */
function addStrings(parts: DocumentParts, value: unknown): void {
  if (typeof value === 'string') {
    if (value === '') return
    parts.addText(JSON.stringify(value.toWellFormed()))
    if (isSplitText(value) || isCutWord(value)) parts.markInexact()
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) addStrings(parts, inner)
  }
}

/** @param isShadowed whether the event has an attribute or resource value of that key, which groups go by then */
function addValue(
  parts: DocumentParts,
  area: TermArea,
  name: string,
  value: unknown,
  isShadowed: boolean,
): void {
  const key = new DocumentKey(area, name)
  if (!key.canBeTerm) {
    parts.markInexact()
    return
  }
  parts.addKey(key.keyJson('rest'))
  for (const element of Array.isArray(value) ? value : [value]) {
    if (isScalar(element)) addScalar(parts, key, element)
  }
  if (isShadowed) return
  const text = groupText(value)
  if (!key.canBeField || isLongTerm(text)) parts.markUngrouped()
  else {
    parts.addValue(area, key.json, JSON.stringify(text))
    parts.addType(area, key.json, 'rest')
  }
}

function hasValue(batch: EventBatch, area: TermArea, key: string, row: number): boolean {
  const typed = batch[area].get(key)
  return COLUMN_TYPES.some((type) => {
    const column = typed?.[type]
    return column !== undefined && valueAt(column, row) !== undefined
  })
}

/** What counts by value group a value in `rest` under: `fieldText` of query-lang. */
function groupText(value: unknown): string {
  if (Array.isArray(value)) return '[...]'
  if (typeof value === 'object') return '{...}'
  return typeof value === 'number' ? numberText(value) : String(value)
}
