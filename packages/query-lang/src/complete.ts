import { LEVELS, OWN_FIELDS, ownField } from '@heartwood/event'
import { placeAt } from './place.ts'
import { printName } from './print.ts'

/** Something to put in place of text[start, end). */
export interface Suggestion {
  readonly kind: 'field' | 'level' | 'operator'
  /** With the colon for fields, quoted where it must be. */
  readonly insert: string
  readonly start: number
  readonly end: number
  readonly about?: string
}

const OPERATORS = [
  { name: 'AND', about: 'both; a space is the same' },
  { name: 'OR', about: 'either' },
  { name: 'NOT', about: 'without; - is the same' },
] as const

/**
 * What may be meant at the cursor (UTF-16 offset): field names that start with what stands before it and operators that do, or level
 * names behind `level:`. `fields` are names that occur in the logs, in the order they shall be offered; the event's own come
 * first. Nothing inside quotes.
 */
export function complete(text: string, cursor: number, fields: readonly string[]): Suggestion[] {
  const place = placeAt(text, cursor)
  if (place === undefined) return []
  const { start, end, typed } = place
  const wanted = typed.toLowerCase()
  if (place.kind === 'value') {
    if (ownField(place.field)?.name !== 'level' || place.quoted) return []
    return LEVELS.filter((level) => level.startsWith(wanted)).map((level) => ({
      kind: 'level',
      insert: level,
      start,
      end,
    }))
  }
  const own = OWN_FIELDS.map(({ name, about }) => ({ name, about }))
  const others = fields
    .filter((name) => ownField(name) === undefined)
    .map((name) => ({ name, about: undefined }))
  const named = [...own, ...others]
    .filter(({ name }) => name.toLowerCase().startsWith(wanted))
    .map(
      ({ name, about }): Suggestion => ({
        kind: 'field',
        insert: `${printName(name)}:`,
        start,
        end,
        ...(about !== undefined && { about }),
      }),
    )
  const operators = OPERATORS.filter(({ name }) => typed !== '' && name.startsWith(typed.toUpperCase())).map(
    ({ name, about }): Suggestion => ({ kind: 'operator', insert: name, start, end, about }),
  )
  return [...named, ...operators]
}
