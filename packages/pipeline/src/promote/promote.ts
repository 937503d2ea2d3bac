import {
  type ArrayColumn,
  COLUMN_TYPES,
  type Column,
  type EventBatch,
  perValue,
  type StringColumn,
  type TextField,
  valueAt,
  withText,
} from '@heartwood/event'
import { AttributeEdit } from '../attribute-edit.ts'
import { defaultOf } from '../defaults.ts'
import { compareKeys, lastPart } from '../keys.ts'
import type { Step, StepContext } from '../step.ts'
import { TextFill } from '../text-fill.ts'
import { type Alias, aliasOf } from './aliases.ts'

/** Moves attributes under known names to the event's own fields, where those have no value yet. */
export const promote: Step = {
  name: 'promote',
  run: (batch, context) => ({ batch: promoteFields(batch, context) }),
}

/** The same for the message alone: it comes first, because the line may hold more fields. */
export const promoteMessage: Step = {
  name: 'promote_message',
  run: (batch, context) => ({ batch: promoteFields(batch, context, 'message') }),
}

interface Candidate {
  readonly key: string
  readonly column: Column
  readonly alias: Alias
}

function promoteFields(batch: EventBatch, context: StepContext, only?: TextField): EventBatch {
  const byField = new Map<TextField, Candidate[]>()
  for (const candidate of candidatesOf(batch)) {
    const { field } = candidate.alias
    if (only !== undefined && field !== only) continue
    const list = byField.get(field)
    if (list === undefined) byField.set(field, [candidate])
    else list.push(candidate)
  }
  if (byField.size === 0) return batch
  const attributes = new AttributeEdit(batch.attributes, batch.length)
  const changes: Partial<Record<TextField, StringColumn>> = {}
  for (const [field, candidates] of byField) {
    // The order of arrival of keys must not matter: a batch and its halves give the same.
    candidates.sort((a, b) => a.alias.rank - b.alias.rank || compareKeys(a.key, b.key))
    const filled = fillField(
      batch.text.get(field),
      batch.length,
      candidates,
      attributes,
      defaultOf(context, field),
    )
    if (filled !== undefined) changes[field] = filled
  }
  return { ...withText(batch, changes), attributes: attributes.finish() }
}

function* candidatesOf(batch: EventBatch): Generator<Candidate> {
  for (const [key, typed] of batch.attributes) {
    const alias = aliasOf(key, lastPart(key))
    if (alias === undefined) continue
    for (const type of COLUMN_TYPES) {
      const column = typed[type]
      if (column !== undefined) yield { key, column, alias }
    }
  }
}

/**
 * The column of a field filled from its candidates, or undefined where nothing could be used.
 * @param standard the default of the record for this field, which the door may have put into every row: events' own
 *   values win over it. One that equals it stays an attribute, so that a second run decides the same.
 */
function fillField(
  own: StringColumn | undefined,
  length: number,
  candidates: readonly Candidate[],
  attributes: AttributeEdit,
  standard: string | undefined,
): StringColumn | undefined {
  const [first] = candidates
  if (own === undefined && standard === undefined && first !== undefined && canAdopt(first)) {
    attributes.clearAll(first.key, 'string')
    const rest = candidates.slice(1)
    return rest.length === 0
      ? first.column
      : (fillField(first.column, length, rest, attributes, standard) ?? first.column)
  }
  const fill = new TextFill(own, length)
  const standardCode = standard === undefined ? 0 : fill.code(standard)
  const decided = decidedRows(own, length, standard)
  for (const { key, column, alias } of candidates) {
    const codeAt = codesInto(fill, column, alias, standard)
    let mask: Uint8Array | undefined
    for (let row = 0; row < length; row++) {
      if (decided[row]) continue
      const code = codeAt(row)
      if (code === 0) continue
      decided[row] = 1
      if (code === standardCode) continue
      fill.set(row, code)
      if (!alias.keeps) mask ??= attributes.mask(key, column.type)
      if (mask !== undefined) mask[row] = 1
    }
  }
  return fill.changed ? fill.finish() : undefined
}

/** 1 for the rows that have a value of their own, not the default. */
function decidedRows(
  own: StringColumn | undefined,
  length: number,
  standard: string | undefined,
): Uint8Array {
  const decided = new Uint8Array(length)
  if (own === undefined) return decided
  const isStandard = standard === undefined ? undefined : perValue(own.values, (value) => value === standard)
  for (let row = 0; row < length; row++) {
    const code = own.codes[row] ?? 0
    if (code !== 0 && !isStandard?.[code]) decided[row] = 1
  }
  return decided
}

/** Whether a whole column can become the field's as it is: a distinct message a row is the common case, so no hashing. */
function canAdopt(candidate: Candidate): candidate is Candidate & { column: StringColumn } {
  const { column, alias } = candidate
  if (column.type !== 'string' || alias.keeps) return false
  const { bytes, starts, lengths } = column.values.utf8()
  for (let code = 1; code < starts.length; code++) {
    const start = starts[code] ?? 0
    if (alias.reader.keeps(bytes, start, start + (lengths[code] ?? 0))) continue
    const value = column.values.at(code)
    if (alias.reader.read(value) !== value) return false
  }
  return true
}

/**
 * For each row of a candidate column the code its value gets in the field, 0 for none. Strings are read once a value; the
 * default has the code of `fill.code`, whichever way it comes.
 */
function codesInto(
  fill: TextFill,
  column: Column,
  alias: Alias,
  standard: string | undefined,
): (row: number) => number {
  const codeOf = (text: string) => fill.code(alias.reader.read(text) ?? '')
  switch (column.type) {
    case 'string': {
      const codeOfValue = valueReader(fill, column, alias, standard)
      const known = new Float64Array(column.values.length).fill(-1)
      known[0] = 0
      return (row) => {
        const from = column.codes[row] ?? 0
        let code = known[from] ?? 0
        if (code < 0) {
          code = codeOfValue(from)
          known[from] = code
        }
        return code
      }
    }
    case 'int64':
      return alias.keeps ? none : (row) => (column.present[row] ? codeOf(String(column.values[row])) : 0)
    // Of these only `message: 1.5` or `message: true` says something as text.
    case 'double':
      return isMessage(alias) ? (row) => (column.present[row] ? codeOf(String(column.values[row])) : 0) : none
    case 'boolean':
      return isMessage(alias)
        ? (row) => (column.values[row] ? codeOf(String(column.values[row] === 2)) : 0)
        : none
    case 'array':
      return alias.isHeader ? (row) => codeOf(onlyText(column, row) ?? '') : none
  }
}

/** Reads the values of a column; those that stay as they are keep their bytes. */
function valueReader(
  fill: TextFill,
  { values }: StringColumn,
  { reader }: Alias,
  standard: string | undefined,
): (code: number) => number {
  const { bytes, starts, lengths } = values.utf8()
  const base = fill.dictionary(values)
  const standardLength = standard === undefined ? 0 : Buffer.byteLength(standard)
  return (code) => {
    const start = starts[code] ?? 0
    const length = lengths[code] ?? 0
    if (length !== standardLength && reader.keeps(bytes, start, start + length)) return base + code
    return fill.code(reader.read(values.at(code)) ?? '')
  }
}

const none = (): number => 0

function isMessage(alias: Alias): boolean {
  return alias.field === 'message' && alias.rank <= 2
}

/** The one text of an array: so Go's HTTP headers are written. */
function onlyText(column: ArrayColumn, row: number): string | undefined {
  const value = valueAt(column, row)
  const [first, ...more] = Array.isArray(value) ? value : []
  return typeof first === 'string' && more.length === 0 ? first : undefined
}
