import {
  type ColumnSet,
  ColumnSetBuilder,
  type EventBatch,
  type StringColumn,
  textAt,
} from '@heartwood/event'
import { AttributeEdit } from '../attribute-edit.ts'
import { canonicalKey, compareKeys } from '../keys.ts'
import { isPresent, mergeColumns } from '../merge-columns.ts'
import type { Step } from '../step.ts'
import { errorOfStack } from './error-of-stack.ts'

/**
 * Completes `error.type`, `error.message` and `error.stack_trace`. Under `exception`, `error` and `err` some write the stack trace, which
 * moves, others only what went wrong, which is copied, since a search for `error` means it too. What a trace begins or
 * ends with says type and message where nothing else does.
 */
export const errorAttributes: Step = {
  name: 'error_attributes',
  run: (batch) => ({ batch: { ...batch, attributes: fromStacks(fromTexts(batch), batch.length) } }),
}

/** Best first. */
const TEXTS = ['exception', 'error', 'err']
const STACK = 'error.stack_trace'
const MESSAGE = 'error.message'
const TYPE = 'error.type'

function fromTexts({ attributes, length }: EventBatch): ColumnSet {
  const found = [...attributes]
    .flatMap(([key, { string }]) => {
      const rank = TEXTS.indexOf(canonicalKey(key))
      return rank < 0 || string === undefined ? [] : [{ key, string, rank }]
    })
    .sort((a, b) => a.rank - b.rank || compareKeys(a.key, b.key))
  return found.reduce((columns, { key, string }) => fromText(columns, key, string, length), attributes)
}

function fromText(columns: ColumnSet, key: string, column: StringColumn, length: number): ColumnSet {
  const edit = new AttributeEdit(columns, length)
  const added = new ColumnSetBuilder()
  const stacks = columns.get(STACK)
  const messages = columns.get(MESSAGE)
  for (let row = 0; row < length; row++) {
    const text = textAt(column, row)
    if (text === undefined) continue
    if (errorOfStack(text) !== undefined) {
      if (stacks !== undefined && isPresent(stacks, row)) continue
      added.set(row, STACK, text)
      edit.mask(key, 'string')[row] = 1
    } else if (messages === undefined || !isPresent(messages, row)) added.set(row, MESSAGE, text)
  }
  return mergeColumns(edit.finish(), added.finish(length), length)
}

function fromStacks(columns: ColumnSet, length: number): ColumnSet {
  const column = columns.get(STACK)?.string
  if (column === undefined) return columns
  const types = columns.get(TYPE)
  const messages = columns.get(MESSAGE)
  const added = new ColumnSetBuilder()
  for (let row = 0; row < length; row++) {
    if (column.codes[row] === 0) continue
    const needsType = types === undefined || !isPresent(types, row)
    const needsMessage = messages === undefined || !isPresent(messages, row)
    if (!needsType && !needsMessage) continue
    const error = errorOfStack(textAt(column, row) ?? '')
    if (error === undefined) continue
    if (needsType) added.set(row, TYPE, error.type)
    if (needsMessage && error.message !== '') added.set(row, MESSAGE, error.message)
  }
  return mergeColumns(columns, added.finish(length), length)
}
