import {
  COLUMN_TYPES,
  type Column,
  type EventBatch,
  type StringColumn,
  type TextField,
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
  const decided = new Uint8Array(length)
  for (let row = 0; row < length; row++) {
    if (fill.at(row) !== 0 && fill.at(row) !== standardCode) decided[row] = 1
  }
  for (const { key, column, alias } of candidates) {
    const codeAt = codesInto(fill, column, alias)
    for (let row = 0; row < length; row++) {
      if (decided[row]) continue
      const code = codeAt(row)
      if (code === 0) continue
      decided[row] = 1
      if (code === standardCode) continue
      fill.set(row, code)
      if (!alias.keeps) attributes.clear(key, column.type, row)
    }
  }
  return fill.changed ? fill.finish() : undefined
}

/** Whether a whole column can become the field's as it is: a distinct message a row is the common case, so no hashing. */
function canAdopt(candidate: Candidate): candidate is Candidate & { column: StringColumn } {
  const { column, alias } = candidate
  if (column.type !== 'string' || alias.keeps) return false
  for (let code = 1; code < column.values.length; code++) {
    const value = column.values.at(code)
    if (alias.read(value) !== value) return false
  }
  return true
}

/** For each row of a candidate column the code its value gets in the field, 0 for none. Strings are read once a value. */
function codesInto(fill: TextFill, column: Column, alias: Alias): (row: number) => number {
  const codeOf = (text: string) => fill.code(alias.read(text) ?? '')
  switch (column.type) {
    case 'string': {
      const known = new Int32Array(column.values.length).fill(-1)
      known[0] = 0
      return (row) => {
        const from = column.codes[row] ?? 0
        let code = known[from] ?? 0
        if (code < 0) {
          code = codeOf(column.values.at(from))
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
      return none
  }
}

const none = (): number => 0

function isMessage(alias: Alias): boolean {
  return alias.field === 'message' && alias.rank <= 1
}
