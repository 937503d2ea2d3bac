import {
  type AttributeValue,
  type ColumnSet,
  ColumnSetBuilder,
  type EventBatch,
  type TypedColumns,
  valueAt,
} from '@heartwood/event'
import { AttributeEdit } from '../attribute-edit.ts'
import { severityOfNumber } from '../level/numbers.ts'
import { anyValueAt, isPresent, mergeColumns } from '../merge-columns.ts'
import type { Step } from '../step.ts'
import { LIBRARIES } from './index.ts'
import type { Library, LibraryLevel } from './library.ts'

/** Gives the values of events that are known by their shape (see LIBRARIES) the names and levels they stand for. */
export const libraries: Step = { name: 'libraries', run: (batch) => ({ batch: read(batch) }) }

function read(batch: EventBatch): EventBatch {
  return LIBRARIES.reduce(readLibrary, batch)
}

function readLibrary(batch: EventBatch, library: Library): EventBatch {
  const rows = rowsOf(batch, library)
  if (rows === undefined) return batch
  const leveled = library.level === undefined ? batch : withLevel(batch, rows, library.level)
  return {
    ...leveled,
    attributes: (library.moves ?? []).reduce(
      (columns, [from, to]) => moved(columns, rows, from, to, batch.length),
      leveled.attributes,
    ),
  }
}

/** The rows that have the marks, in order; undefined for none. A batch without the keys costs a few look-ups. */
function rowsOf({ attributes, length }: EventBatch, library: Library): readonly number[] | undefined {
  const marks: TypedColumns[] = []
  for (const key of library.marks) {
    const typed = attributes.get(key)
    if (typed === undefined) return undefined
    marks.push(typed)
  }
  const anyOf = library.anyOf?.flatMap((key) => attributes.get(key) ?? [])
  if (anyOf?.length === 0) return undefined
  const values = Object.entries(library.values ?? {})
  const rows: number[] = []
  for (let row = 0; row < length; row++) {
    if (!marks.every((typed) => isPresent(typed, row))) continue
    if (anyOf !== undefined && !anyOf.some((typed) => isPresent(typed, row))) continue
    if (values.every(([key, value]) => anyValueAt(attributes.get(key), row) === value)) rows.push(row)
  }
  return rows.length === 0 ? undefined : rows
}

function withLevel(batch: EventBatch, rows: readonly number[], level: LibraryLevel): EventBatch {
  const severity = batch.severity_number.slice()
  const edit = new AttributeEdit(batch.attributes, batch.length)
  const typed = batch.attributes.get(level.key)
  for (const row of rows) {
    if (severity[row] !== 0) continue
    const value = anyValueAt(typed, row)
    const found = value === undefined ? level.missing : severityOf(level, value)
    if (found === undefined) continue
    severity[row] = found
    if (value === undefined || level.keeps) continue
    edit.mask(level.key, typeof value === 'string' ? 'string' : 'int64')[row] = 1
  }
  return { ...batch, severity_number: severity, attributes: edit.finish() }
}

function severityOf(level: LibraryLevel, value: AttributeValue): number | undefined {
  if (typeof value === 'string' && level.words !== undefined)
    return Object.hasOwn(level.words, value) ? level.words[value] : undefined
  return level.scale !== undefined && typeof value === 'number'
    ? severityOfNumber(level.scale, value)
    : undefined
}

/** The columns with the texts and numbers of some rows under another name; where a row has a value there already, both stay. */
function moved(
  columns: ColumnSet,
  rows: readonly number[],
  from: string,
  to: string,
  length: number,
): ColumnSet {
  const { string, int64, double } = columns.get(from) ?? {}
  const own = columns.get(to)
  const edit = new AttributeEdit(columns, length)
  const isText = string !== undefined && int64 === undefined && double === undefined
  if (own === undefined && rows.length === length && isText) {
    edit.clearAll(from, 'string')
    return new Map(edit.finish()).set(to, { string })
  }
  const added = new ColumnSetBuilder()
  for (const column of [string, int64, double]) {
    if (column === undefined) continue
    for (const row of rows) {
      const value = valueAt(column, row)
      if (value === undefined || (own !== undefined && isPresent(own, row))) continue
      added.set(row, to, value)
      edit.mask(from, column.type)[row] = 1
    }
  }
  return mergeColumns(edit.finish(), added.finish(length), length)
}
