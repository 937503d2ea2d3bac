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
  readonly #cleared = new Map<string, Map<ColumnType, Uint8Array | 'all'>>()
  readonly #length: number

  constructor(columns: ColumnSet, length: number) {
    this.#original = columns
    this.#length = length
  }

  /** The marks of the rows whose value is taken, to be set to 1. */
  mask(key: string, type: ColumnType): Uint8Array {
    const masks = this.#masks(key)
    let mask = masks.get(type)
    if (mask === undefined || mask === 'all') {
      mask = new Uint8Array(this.#length).fill(mask === 'all' ? 1 : 0)
      masks.set(type, mask)
    }
    return mask
  }

  clearAll(key: string, type: ColumnType): void {
    this.#masks(key).set(type, 'all')
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

  #masks(key: string): Map<ColumnType, Uint8Array | 'all'> {
    let masks = this.#cleared.get(key)
    if (masks === undefined) {
      masks = new Map()
      this.#cleared.set(key, masks)
    }
    return masks
  }
}

function withoutCleared(
  typed: TypedColumns,
  masks: ReadonlyMap<ColumnType, Uint8Array | 'all'>,
): TypedColumns | undefined {
  const left: { -readonly [T in ColumnType]?: Column } = {}
  for (const type of COLUMN_TYPES) {
    const column = typed[type]
    const mask = masks.get(type)
    if (column === undefined || mask === 'all') continue
    const kept = mask === undefined ? column : masked(column, mask)
    if (mask === undefined || hasAnyValue(kept)) left[type] = kept
  }
  // Each type's slot got a column of that very type just above; the compiler does not follow the key.
  return Object.keys(left).length === 0 ? undefined : (left as TypedColumns)
}

function masked(column: Column, mask: Uint8Array): Column {
  switch (column.type) {
    case 'string':
      return { ...column, codes: without(column.codes.slice(), mask) }
    case 'array':
      return { ...column, codes: without(column.codes.slice(), mask) }
    case 'int64':
      return { ...column, present: without(column.present.slice(), mask) }
    case 'double':
      return { ...column, present: without(column.present.slice(), mask) }
    case 'boolean':
      return { ...column, values: without(column.values.slice(), mask) }
  }
}

function without<T extends Uint8Array | Uint32Array>(marks: T, mask: Uint8Array): T {
  for (let row = 0; row < mask.length; row++) if (mask[row]) marks[row] = 0
  return marks
}
