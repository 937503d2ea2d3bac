import type { FieldsOutput } from '@heartwood/api'
import { fieldTarget } from '@heartwood/event'

/** A field as the panel shows it. */
export interface PanelField {
  readonly name: string
  readonly types: readonly string[]
  readonly pinned: boolean
  /** Some of its values are numbers. */
  readonly numeric: boolean
}

/** Of these nearly every event has another value, or they are shown apart. */
const NOT_LISTED: ReadonlySet<string> = new Set([
  '@timestamp',
  'observed_at',
  'id',
  'message',
  'raw',
  'rest',
  'severity_number',
  'service',
])

/** What one looks at first; all others by how many events have them. */
const FIRST: readonly string[] = ['level', 'hostname', 'environment', 'namespace', 'pod', 'source']

/**
 * The fields of a range in the order of the panel: pinned ones, those of the event, then the commonest. Only those whose
 * name has the text looked for, in any case, and the one that is also called so: `log.level` finds `level`.
 */
export function prepareFields(
  fields: FieldsOutput['fields'],
  pins: readonly string[],
  lookedFor: string,
): PanelField[] {
  const wanted = lookedFor.trim().toLowerCase()
  const meant = nameMeant(wanted)
  const rank = ({ name }: { name: string }) => {
    const pin = pins.indexOf(name)
    if (pin !== -1) return pin - pins.length
    const first = FIRST.indexOf(name)
    return first === -1 ? FIRST.length : first
  }
  return fields
    .filter(({ name }) => !NOT_LISTED.has(name) && (name === meant || name.toLowerCase().includes(wanted)))
    .toSorted((a, b) => rank(a) - rank(b) || b.events - a.events || (a.name < b.name ? -1 : 1))
    .map(({ name, types }) => ({
      name,
      types,
      pinned: pins.includes(name),
      numeric: types.includes('number'),
    }))
}

/** The name that a query by this one asks for. */
function nameMeant(name: string): string {
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own':
      return target.field.name
    case 'attribute':
      return target.key
    case 'resource':
      return name
  }
}

/** A share as it stands beside a count. */
export function shareText(count: number, total: number): string {
  if (total === 0) return ''
  const percent = (100 * count) / total
  if (percent > 0 && percent < 0.1) return '<0.1%'
  if (percent > 99.9 && percent < 100) return '>99.9%'
  return `${percent.toFixed(percent < 10 && percent !== 0 ? 1 : 0)}%`
}

/** A number of a field, short and still true to three digits or so. */
export function numberText(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 0.001 || size >= 1e12)) return value.toExponential(2)
  return value.toLocaleString('en', { maximumFractionDigits: size < 10 ? 3 : size < 1000 ? 1 : 0 })
}
