import {
  COLUMN_TYPES,
  type Column,
  type ColumnSet,
  type ColumnType,
  hasAnyValue,
  type TypedColumns,
} from '@heartwood/event'

/** Takes values out of attribute columns. Columns that are not touched are shared with the batch, not copied. */
export class AttributeEdit {
  readonly #original: ColumnSet
  readonly #cleared = new Map<string, Map<ColumnType, Uint8Array>>()
  readonly #length: number

  constructor(columns: ColumnSet, length: number) {
    this.#original = columns
    this.#length = length
  }

  /** Marks the value of one row as taken. */
  clear(key: string, type: ColumnType, row: number): void {
    this.#mask(key, type)[row] = 1
  }

  clearAll(key: string, type: ColumnType): void {
    this.#mask(key, type).fill(1)
  }

  /** The columns without what was taken; a column left without values is gone, and so is a key without columns. */
  finish(): ColumnSet {
    if (this.#cleared.size === 0) return this.#original
    const columns = new Map<string, TypedColumns>()
    for (const [key, typed] of this.#original) {
      const masks = this.#cleared.get(key)
      const left = masks === undefined ? typed : withoutCleared(typed, masks)
      if (left !== undefined) columns.set(key, left)
    }
    return columns
  }

  #mask(key: string, type: ColumnType): Uint8Array {
    let masks = this.#cleared.get(key)
    if (masks === undefined) {
      masks = new Map()
      this.#cleared.set(key, masks)
    }
    let mask = masks.get(type)
    if (mask === undefined) {
      mask = new Uint8Array(this.#length)
      masks.set(type, mask)
    }
    return mask
  }
}

function withoutCleared(
  typed: TypedColumns,
  masks: ReadonlyMap<ColumnType, Uint8Array>,
): TypedColumns | undefined {
  const left: { -readonly [T in ColumnType]?: Column } = {}
  for (const type of COLUMN_TYPES) {
    const column = typed[type]
    if (column === undefined) continue
    const mask = masks.get(type)
    const kept = mask === undefined ? column : masked(column, mask)
    if (mask === undefined || hasAnyValue(kept)) left[type] = kept
  }
  // Each type's slot got a column of that very type just above; the compiler does not follow the key.
  return Object.keys(left).length === 0 ? undefined : (left as TypedColumns)
}

function masked(column: Column, mask: Uint8Array): Column {
  switch (column.type) {
    case 'string':
      return { ...column, codes: column.codes.map((code, row) => (mask[row] ? 0 : code)) }
    case 'array':
      return { ...column, codes: column.codes.map((code, row) => (mask[row] ? 0 : code)) }
    case 'int64':
      return { ...column, present: column.present.map((present, row) => (mask[row] ? 0 : present)) }
    case 'double':
      return { ...column, present: column.present.map((present, row) => (mask[row] ? 0 : present)) }
    case 'boolean':
      return { ...column, values: column.values.map((value, row) => (mask[row] ? 0 : value)) }
  }
}
