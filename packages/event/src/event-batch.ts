import type { AttributeValue, LogEvent, Scalar } from './log-event.ts'
import { levelOfSeverity } from './severity.ts'
import type { TextValues } from './text-values.ts'

/**
 * A batch of events as columns: what doors decode into, pipeline steps rewrite, tails test and stores encode.
 * All columns have `length` rows. Strings are dictionary codes, so what depends only on a value is done once
 * per distinct value.
 */
export interface EventBatch {
  readonly length: number
  readonly id: StringColumn
  readonly timestamp: BigInt64Array
  readonly observed_at: BigInt64Array
  readonly severity_number: Uint8Array
  readonly weight: Float64Array
  readonly flags: Uint8Array
  /** The named text fields of the event; a field no row has may be missing. */
  readonly text: ReadonlyMap<TextField, StringColumn>
  /** One column per attribute (key, type). */
  readonly attributes: ColumnSet
  readonly resource: ColumnSet
}

export const TEXT_FIELDS = [
  'service',
  'hostname',
  'namespace',
  'pod',
  'environment',
  'message',
  'trace_id',
  'span_id',
  'request_id',
  'source',
  'raw',
  'rest',
] as const
export type TextField = (typeof TEXT_FIELDS)[number]

/** Code 0 means "no value in this row". Two codes may stand for the same text. */
export interface StringColumn {
  readonly type: 'string'
  readonly codes: Uint32Array
  readonly values: TextValues
}
/** Arrays of scalars, as the JSON text of the array (numbers of any size exact), dictionary coded. */
export interface ArrayColumn {
  readonly type: 'array'
  readonly codes: Uint32Array
  readonly values: TextValues
}
export interface Int64Column {
  readonly type: 'int64'
  readonly present: Uint8Array
  readonly values: BigInt64Array
}
export interface DoubleColumn {
  readonly type: 'double'
  readonly present: Uint8Array
  readonly values: Float64Array
}
/** 0 no value, 1 false, 2 true. */
export interface BooleanColumn {
  readonly type: 'boolean'
  readonly values: Uint8Array
}
export type Column = StringColumn | ArrayColumn | Int64Column | DoubleColumn | BooleanColumn
export type ColumnType = Column['type']
export const COLUMN_TYPES = [
  'string',
  'array',
  'int64',
  'double',
  'boolean',
] as const satisfies readonly ColumnType[]

/** key -> at most one column of each type. A row has a value in at most one of a key's columns. */
export type ColumnSet = ReadonlyMap<string, TypedColumns>
export type TypedColumns = { readonly [T in ColumnType]?: Extract<Column, { type: T }> }

/** The value of one row, or undefined where the row has none. An int64 that a double holds exactly comes as number. */
export function valueAt(column: Column, row: number): AttributeValue | undefined {
  switch (column.type) {
    case 'string':
      return textAt(column, row)
    case 'array': {
      const text = textAtCode(column, row)
      return text === undefined ? undefined : parseArray(text)
    }
    case 'int64': {
      if (!column.present[row]) return undefined
      const value = column.values[row] ?? 0n
      return value >= SAFE_MIN && value <= SAFE_MAX ? Number(value) : value
    }
    case 'double':
      return column.present[row] ? column.values[row] : undefined
    case 'boolean':
      return column.values[row] === 0 ? undefined : column.values[row] === 2
  }
}

const SAFE_MIN = BigInt(Number.MIN_SAFE_INTEGER)
const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER)

export function textAt(column: StringColumn | undefined, row: number): string | undefined {
  return column === undefined ? undefined : textAtCode(column, row)
}

function textAtCode(column: StringColumn | ArrayColumn, row: number): string | undefined {
  const code = column.codes[row] ?? 0
  return code === 0 ? undefined : column.values.at(code)
}

/** The scalars of an array column's value; integers past 2^53 come as bigint. */
export function parseArray(text: string): Scalar[] {
  const parsed: unknown = JSON.parse(text, exactIntegers)
  return Array.isArray(parsed) ? parsed.filter(isScalar) : []
}

/**
 * A JSON.parse reviver that keeps integers which a double would round as bigint (within int64).
 * It costs a call per value: use it only where the text has 16 digits in a row.
 */
export function exactIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source
  if (source === undefined || !/^-?\d+$/.test(source)) return value
  const exact = BigInt(source)
  return exact >= -(2n ** 63n) && exact < 2n ** 63n ? exact : value
}

export function isScalar(value: unknown): value is Scalar {
  return (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  )
}

/** JSON text in which bigints stay exact integers. */
export function exactJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    // Only a bigint, which it refuses, is worth asking about every value.
    return exactJsonOfEach(value)
  }
}

function exactJsonOfEach(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? rawJson(inner.toString()) : inner,
  )
}

/** JSON.rawJSON (ECMAScript proposal, in V8): TypeScript's library does not know it yet. */
const rawJson: (text: string) => unknown = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON

/** One row of a batch as an object. Costs allocations: for answers and single events, not for whole batches. */
export function rowOf(batch: EventBatch, row: number): LogEvent {
  const text = (field: TextField) => textAt(batch.text.get(field), row)
  const severity = batch.severity_number[row] ?? 0
  return {
    id: textAt(batch.id, row) ?? '',
    timestamp: batch.timestamp[row] ?? 0n,
    observed_at: batch.observed_at[row] ?? 0n,
    level: levelOfSeverity(severity),
    severity_number: severity,
    service: text('service'),
    hostname: text('hostname'),
    namespace: text('namespace'),
    pod: text('pod'),
    environment: text('environment'),
    message: text('message') ?? '',
    trace_id: text('trace_id'),
    span_id: text('span_id'),
    request_id: text('request_id'),
    source: text('source') ?? '',
    weight: batch.weight[row] ?? 1,
    raw: text('raw'),
    flags: batch.flags[row] ?? 0,
    attributes: rowOfColumns(batch.attributes, row),
    resource: rowOfColumns(batch.resource, row),
    rest: text('rest'),
  }
}

function rowOfColumns(columns: ColumnSet, row: number): Record<string, AttributeValue> {
  // A null prototype: keys come from senders, and `__proto__` is one of them.
  const values: Record<string, AttributeValue> = Object.create(null)
  for (const [key, typed] of columns) {
    for (const type of COLUMN_TYPES) {
      const column = typed[type]
      const value = column === undefined ? undefined : valueAt(column, row)
      if (value !== undefined) values[key] = value
    }
  }
  return values
}

/** All rows of a batch, in order. */
export function* rowsOf(batch: EventBatch): Generator<LogEvent> {
  for (let row = 0; row < batch.length; row++) yield rowOf(batch, row)
}
