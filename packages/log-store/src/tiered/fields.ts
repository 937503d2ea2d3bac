import { compareText } from '../compare-text.ts'
import type { FieldInfo, FieldsRequest } from '../port.ts'
import { askParts, type TieredStore } from './ask-parts.ts'

/** The fields of all parts, with the types that they have in any of them. */
export async function fieldsOfParts(store: TieredStore, request: FieldsRequest): Promise<FieldInfo[]> {
  const parts = await askParts(store, request, (reader, asked) => reader.fields(asked))
  const byName = Map.groupBy(parts.flat(), ({ name }) => name)
  return [...byName.values()].map((same) => same.reduce(bothOf)).sort((a, b) => compareText(a.name, b.name))
}

function bothOf(a: FieldInfo, b: FieldInfo): FieldInfo {
  const isInteger = (field: FieldInfo) => field.integers || !field.types.includes('number')
  return {
    name: a.name,
    types: [...new Set([...a.types, ...b.types])].sort(),
    integers: (a.integers || b.integers) && isInteger(a) && isInteger(b),
    events: a.events + b.events,
  }
}
