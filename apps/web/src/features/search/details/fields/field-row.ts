import { exactJson } from '@heartwood/event'
import { laidOut } from '../../json/laid-out.ts'
import { type Readable, readableNumber } from './readable-value.ts'

export type ValueType = 'text' | 'number' | 'boolean' | 'time' | 'object'

/** One line of the details: a field with one value. */
export interface FieldRow {
  /** Different for every line of an event. */
  readonly key: string
  readonly name: string
  /** The whole value, exactly. */
  readonly value: string
  readonly type: ValueType
  /** The value is one of several of its field. */
  readonly inList: boolean
  readonly readable: Readable | undefined
  /** The name to filter by and to show as a column, where the value is one a query can name. */
  readonly filter: string | undefined
  readonly group: FieldGroup
  /** What has an inside, to be shown as a tree. */
  readonly nested: unknown
}

export type FieldGroup = 'event' | 'attributes' | 'resource'

/** A value as a line. @param filter see FieldRow */
export function fieldRow(
  group: FieldGroup,
  name: string,
  value: unknown,
  filter: string | undefined,
): FieldRow {
  const type = valueType(value)
  return {
    key: `${group} ${name}`,
    name,
    value: typeof value === 'string' ? value : laidOut(exactJson(value)),
    type,
    inList: false,
    readable: type === 'number' ? readableNumber(name, Number(value)) : undefined,
    filter,
    group,
    nested: undefined,
  }
}

function valueType(value: unknown): ValueType {
  if (typeof value === 'number' || typeof value === 'bigint') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'object' && value !== null ? 'object' : 'text'
}
