import {
  arrayColumnBuilder,
  booleanColumnBuilder,
  type ColumnBuilder,
  doubleColumnBuilder,
  int64ColumnBuilder,
  stringColumnBuilder,
} from './column-builder.ts'
import type {
  ArrayColumn,
  BooleanColumn,
  Column,
  ColumnSet,
  ColumnType,
  DoubleColumn,
  EventBatch,
  Int64Column,
  StringColumn,
  TextField,
  TypedColumns,
} from './event-batch.ts'
import { TEXT_FIELDS } from './event-batch.ts'
import type { AttributeValue, LogEvent } from './log-event.ts'

/** What a row needs at least; everything else is optional. `level` follows from `severity_number`. */
export type EventDraft = Pick<LogEvent, 'id' | 'timestamp' | 'observed_at'> &
  Partial<Omit<LogEvent, 'id' | 'timestamp' | 'observed_at' | 'level'>>

/** Builds an EventBatch row by row. After `finish()` it must not be used again. */
export class EventBatchBuilder {
  #length = 0
  readonly #id = stringColumnBuilder()
  readonly #timestamp: bigint[] = []
  readonly #observed: bigint[] = []
  readonly #severity: number[] = []
  readonly #weight: number[] = []
  readonly #flags: number[] = []
  readonly #text = new Map<TextField, ColumnBuilder<string, StringColumn>>()
  readonly #attributes = new ColumnSetBuilder()
  readonly #resource = new ColumnSetBuilder()

  get length(): number {
    return this.#length
  }

  add(draft: EventDraft): void {
    const row = this.#length++
    this.#id.set(row, draft.id)
    this.#timestamp.push(draft.timestamp)
    this.#observed.push(draft.observed_at)
    this.#severity.push(draft.severity_number ?? 0)
    this.#weight.push(draft.weight ?? 1)
    this.#flags.push(draft.flags ?? 0)
    for (const field of TEXT_FIELDS) {
      const value = draft[field]
      if (value !== undefined && value !== '') this.#textColumn(field).set(row, value)
    }
    for (const key in draft.attributes) this.#attributes.set(row, key, draft.attributes[key])
    for (const key in draft.resource) this.#resource.set(row, key, draft.resource[key])
  }

  finish(): EventBatch {
    const length = this.#length
    return {
      length,
      id: this.#id.finish(length),
      timestamp: BigInt64Array.from(this.#timestamp),
      observed_at: BigInt64Array.from(this.#observed),
      severity_number: Uint8Array.from(this.#severity),
      weight: Float64Array.from(this.#weight),
      flags: Uint8Array.from(this.#flags),
      text: new Map([...this.#text].map(([field, column]) => [field, column.finish(length)])),
      attributes: this.#attributes.finish(length),
      resource: this.#resource.finish(length),
    }
  }

  #textColumn(field: TextField): ColumnBuilder<string, StringColumn> {
    let column = this.#text.get(field)
    if (column === undefined) {
      column = stringColumnBuilder()
      this.#text.set(field, column)
    }
    return column
  }
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** Sorts attribute values into (key, type) columns. */
export class ColumnSetBuilder {
  readonly #keys = new Map<string, TypedBuilders>()

  /**
   * Integers go to int64, other numbers to double, arrays of scalars to array. NaN and infinities, which JSON cannot
   * say, and bigints outside int64 become their text.
   */
  set(row: number, key: string, value: AttributeValue | undefined): void {
    if (value === undefined) return
    const builders = this.#builders(key)
    switch (typeof value) {
      case 'string':
        builders.string.set(row, value)
        break
      case 'boolean':
        builders.boolean.set(row, value)
        break
      case 'bigint':
        if (value < INT64_MIN || value > INT64_MAX) builders.string.set(row, String(value))
        else builders.int64.set(row, value)
        break
      case 'number':
        if (Number.isSafeInteger(value)) builders.int64.set(row, BigInt(value))
        else if (Number.isFinite(value)) builders.double.set(row, value)
        else builders.string.set(row, String(value))
        break
      case 'object':
        builders.array.set(row, value)
    }
  }

  finish(length: number): ColumnSet {
    return new Map([...this.#keys].map(([key, builders]) => [key, builders.finish(length)]))
  }

  #builders(key: string): TypedBuilders {
    let builders = this.#keys.get(key)
    if (builders === undefined) {
      builders = new TypedBuilders()
      this.#keys.set(key, builders)
    }
    return builders
  }
}

type BuilderOf = {
  string: ColumnBuilder<string, StringColumn>
  array: ColumnBuilder<readonly (string | number | bigint | boolean)[], ArrayColumn>
  int64: ColumnBuilder<bigint, Int64Column>
  double: ColumnBuilder<number, DoubleColumn>
  boolean: ColumnBuilder<boolean, BooleanColumn>
}

/** The columns of one key; a type's column exists only once a row needs it. */
class TypedBuilders {
  readonly #made: { [T in ColumnType]?: BuilderOf[T] } = {}

  get string(): BuilderOf['string'] {
    this.#made.string ??= stringColumnBuilder()
    return this.#made.string
  }
  get array(): BuilderOf['array'] {
    this.#made.array ??= arrayColumnBuilder()
    return this.#made.array
  }
  get int64(): BuilderOf['int64'] {
    this.#made.int64 ??= int64ColumnBuilder()
    return this.#made.int64
  }
  get double(): BuilderOf['double'] {
    this.#made.double ??= doubleColumnBuilder()
    return this.#made.double
  }
  get boolean(): BuilderOf['boolean'] {
    this.#made.boolean ??= booleanColumnBuilder()
    return this.#made.boolean
  }

  finish(length: number): TypedColumns {
    const { string, array, int64, double, boolean } = this.#made
    return {
      ...(string && { string: string.finish(length) }),
      ...(array && { array: array.finish(length) }),
      ...(int64 && { int64: int64.finish(length) }),
      ...(double && { double: double.finish(length) }),
      ...(boolean && { boolean: boolean.finish(length) }),
    }
  }
}

/** Whether a column has a value in any row. */
export function hasAnyValue(column: Column): boolean {
  switch (column.type) {
    case 'string':
    case 'array':
      return hasAny(column.codes)
    case 'int64':
    case 'double':
      return hasAny(column.present)
    case 'boolean':
      return hasAny(column.values)
  }
}

/** A plain loop: the methods of typed arrays call back for every row. */
function hasAny(marks: Uint8Array | Uint32Array): boolean {
  for (let row = 0; row < marks.length; row++) if (marks[row] !== 0) return true
  return false
}
