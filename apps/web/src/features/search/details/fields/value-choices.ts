import { print, type Query } from '@heartwood/query-lang'
import { fieldTerm, termOf, textTerm } from '../../edit-query.ts'
import type { FieldRow } from './field-row.ts'

/** One thing that can be done with a value. */
export interface ValueChoice {
  readonly kind: 'only' | 'without' | 'above' | 'below' | 'exists' | 'text'
  readonly label: string
  readonly term: Query
  /** The event itself is still found. */
  readonly keeps: boolean
}

/** Longer values make a query nobody can read, and in the end one that is refused. */
const MAX_FILTERED = 2_000

/** The filters a value offers; none where no query can name it. */
export function valueChoices(row: FieldRow): ValueChoice[] {
  const { filter, value, type } = row
  const isLong = value.length > MAX_FILTERED
  if (filter === undefined) {
    // What lies in `rest` has no name in a query, but its words are found.
    const findable =
      row.type === 'text' && row.key.startsWith('rest ') && !isLong && /[\p{L}\p{N}]/u.test(value)
    return findable ? [{ kind: 'text', label: 'Find this text', term: textTerm(value), keeps: true }] : []
  }
  const exists: ValueChoice = {
    kind: 'exists',
    label: 'Only where there is one',
    term: fieldTerm(filter, { kind: 'exists' }),
    keeps: true,
  }
  if (isLong) return [exists]
  const equals: ValueChoice[] = [
    { kind: 'only', label: 'Only this value', term: termOf({ field: filter, value }), keeps: true },
    {
      kind: 'without',
      label: 'Without this value',
      term: termOf({ field: filter, value, exclude: true }),
      keeps: false,
    },
  ]
  const bound = (op: '>' | '>=' | '<' | '<=') => fieldTerm(filter, { kind: 'compare', op, value })
  switch (type) {
    case 'number':
      return [
        ...equals,
        { kind: 'above', label: 'Above this', term: bound('>'), keeps: false },
        { kind: 'below', label: 'Below this', term: bound('<'), keeps: false },
        exists,
      ]
    case 'time':
      return [
        { kind: 'above', label: 'From then on', term: bound('>='), keeps: true },
        { kind: 'below', label: 'Until then', term: bound('<='), keeps: true },
      ]
    case 'text':
    case 'boolean':
    case 'object':
      return [...equals, exists]
  }
}

/** `field:value` as a query would say it; a field that no query can name, under its own name. */
export function fieldAndValue(row: FieldRow): string {
  return print(termOf({ field: row.filter ?? row.name, value: row.value }))
}
