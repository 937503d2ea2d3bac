import { FIRST_FIELD_ID, MAX_FIELDS } from '../../segments/manifest/field-catalog.ts'
import type { FieldEntry, NewField } from '../../segments/manifest/manifest-format.ts'
import type { ColdChange } from './cold-format.ts'
import type { ColdState } from './cold-state.ts'

/** Gives columns ids that they keep for ever; undefined where all of them have one, or there are no more. */
export function reservation(state: ColdState, wanted: readonly NewField[]): ColdChange | undefined {
  const known = new Set(state.fields.map(([, area, key, type]) => slotOf([area, key, type])))
  const fields: FieldEntry[] = []
  for (const field of wanted) {
    const count = state.fields.length + fields.length
    if (known.has(slotOf(field)) || count >= MAX_FIELDS) continue
    known.add(slotOf(field))
    fields.push([FIRST_FIELD_ID + count, ...field])
  }
  return fields.length === 0 ? undefined : { kind: 'fields', fields }
}

function slotOf([area, key, type]: NewField): string {
  return `${area}\0${type}\0${key}`
}
