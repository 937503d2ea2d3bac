import type {
  ArrayColumn,
  BooleanColumn,
  ColumnSet,
  DoubleColumn,
  EventBatch,
  Int64Column,
  StringColumn,
  TextField,
  TypedColumns,
} from './event-batch.ts'
import { TEXT_FIELDS } from './event-batch.ts'
import { joinTexts } from './joined-texts.ts'

/** All rows of several batches, in order; column by column, so that a distinct value is looked at once a batch. */
export function concatBatches(batches: readonly EventBatch[]): EventBatch {
  const [only] = batches
  if (batches.length === 1 && only !== undefined) return only
  const parts = placed(batches)
  const length = batches.reduce((sum, batch) => sum + batch.length, 0)
  const join = new Join(parts, length)
  return {
    length,
    id: join.strings((batch) => batch.id),
    timestamp: join.numbers(new BigInt64Array(length), (batch) => batch.timestamp),
    observed_at: join.numbers(new BigInt64Array(length), (batch) => batch.observed_at),
    severity_number: join.numbers(new Uint8Array(length), (batch) => batch.severity_number),
    weight: join.numbers(new Float64Array(length), (batch) => batch.weight),
    flags: join.numbers(new Uint8Array(length), (batch) => batch.flags),
    text: join.text(),
    attributes: join.set((batch) => batch.attributes),
    resource: join.set((batch) => batch.resource),
  }
}

/** A batch and the row of the whole at which it begins. */
interface Placed {
  readonly batch: EventBatch
  readonly start: number
}

function placed(batches: readonly EventBatch[]): Placed[] {
  let start = 0
  return batches.map((batch) => {
    const part = { batch, start }
    start += batch.length
    return part
  })
}

type Numbers = BigInt64Array | Uint8Array | Float64Array

class Join {
  readonly #parts: readonly Placed[]
  readonly #length: number

  constructor(parts: readonly Placed[], length: number) {
    this.#parts = parts
    this.#length = length
  }

  /** Fills `joined` with the arrays of the batches; where one has none, it stays 0. */
  numbers<T extends Numbers>(joined: T, of: (batch: EventBatch) => T | undefined): T {
    for (const { batch, start } of this.#parts) {
      const values = of(batch)
      if (values !== undefined) joined.set(values as never, start)
    }
    return joined
  }

  strings(of: (batch: EventBatch) => StringColumn | undefined): StringColumn {
    return { type: 'string', ...this.#texts(of) }
  }

  text(): Map<TextField, StringColumn> {
    const fields = TEXT_FIELDS.filter((field) => this.#parts.some(({ batch }) => batch.text.has(field)))
    return new Map(fields.map((field) => [field, this.strings((batch) => batch.text.get(field))]))
  }

  set(of: (batch: EventBatch) => ColumnSet): ColumnSet {
    const keys = new Set(this.#parts.flatMap(({ batch }) => [...of(batch).keys()]))
    return new Map(
      Array.from(keys, (key): [string, TypedColumns] => [key, this.#typed((batch) => of(batch).get(key))]),
    )
  }

  #typed(of: (batch: EventBatch) => TypedColumns | undefined): TypedColumns {
    const has = (type: keyof TypedColumns) => this.#parts.some(({ batch }) => of(batch)?.[type] !== undefined)
    return {
      ...(has('string') && { string: this.strings((batch) => of(batch)?.string) }),
      ...(has('array') && { array: this.#arrays((batch) => of(batch)?.array) }),
      ...(has('int64') && { int64: this.#int64((batch) => of(batch)?.int64) }),
      ...(has('double') && { double: this.#double((batch) => of(batch)?.double) }),
      ...(has('boolean') && { boolean: this.#boolean((batch) => of(batch)?.boolean) }),
    }
  }

  #arrays(of: (batch: EventBatch) => ArrayColumn | undefined): ArrayColumn {
    return { type: 'array', ...this.#texts(of) }
  }

  #int64(of: (batch: EventBatch) => Int64Column | undefined): Int64Column {
    return {
      type: 'int64',
      present: this.numbers(new Uint8Array(this.#length), (batch) => of(batch)?.present),
      values: this.numbers(new BigInt64Array(this.#length), (batch) => of(batch)?.values),
    }
  }

  #double(of: (batch: EventBatch) => DoubleColumn | undefined): DoubleColumn {
    return {
      type: 'double',
      present: this.numbers(new Uint8Array(this.#length), (batch) => of(batch)?.present),
      values: this.numbers(new Float64Array(this.#length), (batch) => of(batch)?.values),
    }
  }

  #boolean(of: (batch: EventBatch) => BooleanColumn | undefined): BooleanColumn {
    return {
      type: 'boolean',
      values: this.numbers(new Uint8Array(this.#length), (batch) => of(batch)?.values),
    }
  }

  #texts(of: (batch: EventBatch) => StringColumn | ArrayColumn | undefined) {
    const parts = this.#parts.flatMap(({ batch, start }) => {
      const column = of(batch)
      return column === undefined ? [] : [{ column, start }]
    })
    return joinTexts(parts, this.#length)
  }
}
