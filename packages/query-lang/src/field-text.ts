import { exactJson, fieldTarget, type LogEvent } from '@heartwood/event'
import { parseRest, valueAtKey } from './predicate.ts'

/**
 * The value of a field as the text that counts by value group on (top values, split histograms): strings as they are,
 * `true` and `false`, integers as digits, other numbers as `numberText`, arrays as their JSON text; times as nanoseconds
 * since 1970. Of what lies in `rest`, arrays count as `[...]` and objects as `{...}`, since engines write their JSON
 * differently. Undefined where the event has no value, exactly where `field:*` does not match.
 */
export function fieldText(event: LogEvent, name: string): string | undefined {
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own': {
      const own = target.field.name
      const value = own === '@timestamp' ? event.timestamp : event[own]
      return value === '' ? undefined : valueText(value)
    }
    case 'attribute':
      return valueText(valueAtKey(event.attributes, target.key)) ?? restText(event, target.key)
    case 'resource':
      return valueText(valueAtKey(event.resource, target.key)) ?? restText(event, `resource.${target.key}`)
  }
}

function restText(event: LogEvent, key: string): string | undefined {
  const value = event.rest === undefined ? undefined : valueAtKey(parseRest(event.rest), key)
  if (typeof value !== 'object' || value === null) return valueText(value)
  return Array.isArray(value) ? '[...]' : '{...}'
}

function valueText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      return numberText(value)
    default:
      return value === undefined || value === null ? undefined : exactJson(value)
  }
}

/**
 * A number as text: integers up to 2^53 as digits, others with the fewest digits that give the same double, in fixed
 * notation between 1e-4 and 1e16 and as `1.5e+16`, `1e-05` outside, which is how DuckDB writes doubles.
 */
export function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value)
  const magnitude = Math.abs(value)
  // Here JavaScript writes the same, but for the fraction of a whole number.
  if (magnitude >= 1e-4 && magnitude < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value)
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e15 && !Number.isInteger(value)) return String(value)
  const [mantissa = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 16) {
    const text = String(value)
    return Number.isInteger(value) ? `${text}.0` : text
  }
  const digits = String(Math.abs(exponent)).padStart(2, '0')
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`
}
