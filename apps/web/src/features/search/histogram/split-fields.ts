import type { FieldsOutput } from '@heartwood/api'
import { BY_LEVEL } from './by-level.ts'

/** Own fields with few values, in the order in which one would split by them. */
const FEW_VALUES = ['service', 'environment', 'namespace', 'hostname', 'pod', 'source'] as const

/** The fields that the menu of the chart offers: those of the event that occur, and the one that is chosen. */
export function splitFields(fields: FieldsOutput['fields'], chosen: string): string[] {
  const names = new Set(fields.map(({ name }) => name))
  const offered = [BY_LEVEL, ...FEW_VALUES.filter((name) => names.has(name))]
  return offered.includes(chosen) ? offered : [...offered, chosen]
}
