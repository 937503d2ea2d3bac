import {
  type AttributeValue,
  COLUMN_TYPES,
  type ColumnSet,
  ColumnSetBuilder,
  type TypedColumns,
  valueAt,
} from '@heartwood/event'

/** Both sets of columns in one; where a row has a key in both, the value of `base` stays. */
export function mergeColumns(base: ColumnSet, added: ColumnSet, length: number): ColumnSet {
  if (added.size === 0) return base
  const merged = new Map<string, TypedColumns>(base)
  const conflicts = new ColumnSetBuilder()
  for (const [key, typed] of added) {
    const own = base.get(key)
    if (own === undefined) {
      merged.set(key, typed)
      continue
    }
    for (let row = 0; row < length; row++) {
      conflicts.set(row, key, anyValueAt(own, row) ?? anyValueAt(typed, row))
    }
  }
  for (const [key, typed] of conflicts.finish(length)) merged.set(key, typed)
  return merged
}

/** The value that a row has under a key, of whatever type; undefined where it has none. */
export function anyValueAt(typed: TypedColumns | undefined, row: number): AttributeValue | undefined {
  if (typed === undefined) return undefined
  for (const type of COLUMN_TYPES) {
    const column = typed[type]
    const value = column === undefined ? undefined : valueAt(column, row)
    if (value !== undefined) return value
  }
  return undefined
}

/** Whether a row has a value under a key, of whatever type. */
export function isPresent(typed: TypedColumns, row: number): boolean {
  for (const type of COLUMN_TYPES) {
    const column = typed[type]
    if (column === undefined) continue
    const marks = 'present' in column ? column.present : 'codes' in column ? column.codes : column.values
    if (marks[row] !== 0) return true
  }
  return false
}
