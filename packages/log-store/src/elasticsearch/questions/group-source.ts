import { fieldTarget, type OwnFieldName } from '@heartwood/event'
import { MAX_KEY, numberText } from '@heartwood/query-lang'

/** Where Elasticsearch has the text that counts by value group a field on (`fieldText`), one a document. */
export type GroupSource =
  | { readonly kind: 'field'; readonly field: string; text(key: string | number | boolean): string }
  /** It has none: the events have to be read. */
  | { readonly kind: 'events' }

export function groupSource(name: string): GroupSource {
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own':
      return ownSource(target.field.name)
    case 'attribute':
      return keySource('attributes', target.key)
    case 'resource':
      return keySource('resource', target.key)
  }
}

function ownSource(name: OwnFieldName): GroupSource {
  switch (name) {
    case '@timestamp':
    case 'observed_at':
    // Nanoseconds do not fit into the numbers of an answer, and prose has no values.
    case 'message':
    case 'raw':
      return { kind: 'events' }
    case 'weight':
    case 'severity_number':
      return { kind: 'field', field: name, text: (key) => numberText(Number(key)) }
    default:
      return { kind: 'field', field: name, text: String }
  }
}

function keySource(area: 'attributes' | 'resource', key: string): GroupSource {
  const isField = key !== '' && key.length <= MAX_KEY && !key.includes('\u0000')
  return isField ? { kind: 'field', field: `${area}.${key}`, text: String } : { kind: 'events' }
}
