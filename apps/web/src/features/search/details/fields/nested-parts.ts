import { type FieldRow, fieldRow } from './field-row.ts'

/** One key of an object, or one element of a list. */
export interface NestedPart {
  readonly label: string
  /** For what can be done with its value. */
  readonly row: FieldRow
  /** What has an inside of its own. */
  readonly inside: { readonly value: unknown; readonly summary: string } | undefined
}

/** The parts of a nested value, by key or position. @param path the name of the value itself */
export function nestedParts(path: string, value: unknown): NestedPart[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([label, inner]): NestedPart => {
    const name = Array.isArray(value) ? `${path}[${label}]` : `${path}.${label}`
    const row = fieldRow('attributes', name, inner, undefined)
    return { label, row: { ...row, key: `rest ${name}` }, inside: insideOf(inner) }
  })
}

function insideOf(value: unknown): NestedPart['inside'] {
  if (typeof value !== 'object' || value === null) return undefined
  const count = Object.keys(value).length
  const summary = Array.isArray(value) ? `[${count}]` : `{${count}}`
  return count === 0 ? undefined : { value, summary }
}
