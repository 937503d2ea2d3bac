import {
  attributeNamed,
  type Column,
  type ColumnSet,
  ColumnSetBuilder,
  type ColumnType,
  type EventBatch,
  type TypedColumns,
  valueAt,
} from '@heartwood/event'
import { AttributeEdit } from '../attribute-edit.ts'
import { compareKeys } from '../keys.ts'
import { isPresent, mergeColumns } from '../merge-columns.ts'
import type { Step } from '../step.ts'

/**
 * Moves attributes from the names that libraries use to the one name each has here (see ATTRIBUTE_NAMES), where an event has
 * none under that yet.
 */
export const attributeNames: Step = {
  name: 'attribute_names',
  run: (batch) => ({ batch: named(batch) }),
}

interface Candidate {
  readonly key: string
  readonly rank: number
  readonly columns: readonly Column[]
}

function named(batch: EventBatch): EventBatch {
  const targets = candidatesByName(batch.attributes)
  if (targets.size === 0) return batch
  let columns = batch.attributes
  for (const [name, candidates] of targets) {
    candidates.sort((a, b) => a.rank - b.rank || compareKeys(a.key, b.key))
    for (const candidate of candidates) columns = moved(columns, candidate, name, batch.length)
  }
  return { ...batch, attributes: columns }
}

function candidatesByName(columns: ColumnSet): Map<string, Candidate[]> {
  const byName = new Map<string, Candidate[]>()
  for (const [key, typed] of columns) {
    const known = attributeNamed(key)
    if (known === undefined || known.attribute.name === key) continue
    const { name, types } = known.attribute
    const usable = types.flatMap((type) => typed[type] ?? [])
    if (usable.length === 0) continue
    const list = byName.get(name) ?? []
    byName.set(name, [...list, { key, rank: known.rank, columns: usable }])
  }
  return byName
}

/** The columns with the values of a candidate under another name; those of rows that have one there already stay. */
function moved(
  columns: ColumnSet,
  { key, columns: usable }: Candidate,
  name: string,
  length: number,
): ColumnSet {
  const edit = new AttributeEdit(columns, length)
  const own = columns.get(name)
  if (own === undefined) {
    for (const { type } of usable) edit.clearAll(key, type)
    return new Map(edit.finish()).set(name, typedColumns(usable))
  }
  const added = new ColumnSetBuilder()
  for (let row = 0; row < length; row++) {
    for (const column of usable) {
      const value = valueAt(column, row)
      if (value === undefined || isPresent(own, row)) continue
      added.set(row, name, value)
      edit.mask(key, column.type)[row] = 1
    }
  }
  return mergeColumns(edit.finish(), added.finish(length), length)
}

function typedColumns(columns: readonly Column[]): TypedColumns {
  const typed: { -readonly [T in ColumnType]?: Column } = {}
  for (const column of columns) typed[column.type] = column
  // Each type's slot got a column of that very type; the compiler does not follow the key.
  return typed as TypedColumns
}
