import { fieldTarget, type LogEvent, type OwnFieldName } from '@heartwood/event'
import { parseRest, valueAtKey } from './predicate.ts'

/** Whether a field can have numbers: any attribute or resource value can, of the event's own fields those that count. */
export function canBeNumber(name: string): boolean {
  const target = fieldTarget(name)
  return target.at !== 'own' || target.field.kind === 'number'
}

/**
 * The value of a field as a number, what percentiles are of: undefined for anything that is none, strings and arrays of
 * numbers among it. Integers that a double cannot hold become the nearest one.
 */
export function fieldNumber(event: LogEvent, name: string): number | undefined {
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own':
      return ownNumber(event, target.field.name)
    case 'attribute':
      return numberOf(valueAtKey(event.attributes, target.key)) ?? restNumber(event, target.key)
    case 'resource':
      return numberOf(valueAtKey(event.resource, target.key)) ?? restNumber(event, `resource.${target.key}`)
  }
}

function ownNumber(event: LogEvent, name: OwnFieldName): number | undefined {
  if (name === 'weight') return event.weight
  return name === 'severity_number' ? event.severity_number : undefined
}

function restNumber(event: LogEvent, key: string): number | undefined {
  return event.rest === undefined ? undefined : numberOf(valueAtKey(parseRest(event.rest), key))
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
