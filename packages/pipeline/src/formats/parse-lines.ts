import {
  COLUMN_TYPES,
  type ColumnSet,
  ColumnSetBuilder,
  type EventBatch,
  exactJson,
  perValue,
  type StringColumn,
  stringColumnBuilder,
  type TypedColumns,
  valueAt,
  withText,
} from '@heartwood/event'
import type { Step } from '../step.ts'
import { FORMATS, type ParsedLine } from './index.ts'

/**
 * Parses structure out of the message, once per distinct message. The line as it was goes to `raw`, so that it can be
 * parsed again; a row that has a `raw` was parsed before and is left alone. Attributes the event has already win.
 */
export const parseLines: Step = { name: 'parse', run: (batch) => ({ batch: parsed(batch) }) }

function parsed(batch: EventBatch): EventBatch {
  const message = batch.text.get('message')
  if (message === undefined) return batch
  const raw = batch.text.get('raw')
  const lines = perValue(message.values, parseLine)
  if (lines.every((line) => line === undefined)) return batch

  const kept = stringColumnBuilder()
  const raws = stringColumnBuilder()
  const rests = stringColumnBuilder()
  const rest = batch.text.get('rest')
  const added = new ColumnSetBuilder()
  let found = false
  for (let row = 0; row < batch.length; row++) {
    const code = message.codes[row] ?? 0
    const line = raw?.codes[row] ? undefined : lines[code]
    const text = code === 0 ? undefined : message.values.at(code)
    if (raw?.codes[row]) raws.set(row, raw.values.at(raw.codes[row] ?? 0))
    else if (line !== undefined && text !== undefined) raws.set(row, text)
    if (text !== undefined && (line === undefined || line.keepsLine)) kept.set(row, text)
    const restText = mergedRest(rest, row, line)
    if (restText !== undefined) rests.set(row, restText)
    if (line === undefined) continue
    found = true
    for (const key in line.attributes) added.set(row, key, line.attributes[key])
  }
  if (!found) return batch
  return {
    ...withText(batch, {
      message: orNone(kept.finish(batch.length)),
      raw: raws.finish(batch.length),
      rest: orNone(rests.finish(batch.length)),
    }),
    attributes: mergeColumns(batch.attributes, added.finish(batch.length), batch.length),
  }
}

function parseLine(line: string): ParsedLine | undefined {
  for (const format of FORMATS) {
    const found = format.parse(line)
    if (found !== undefined) return found
  }
  return undefined
}

function orNone(column: StringColumn): StringColumn | undefined {
  return column.values.length > 1 ? column : undefined
}

/** The JSON text of both rests; what the event had already wins. */
function mergedRest(
  rest: StringColumn | undefined,
  row: number,
  line: ParsedLine | undefined,
): string | undefined {
  const had = rest?.codes[row] ? rest.values.at(rest.codes[row] ?? 0) : undefined
  if (line?.rest === undefined) return had
  if (had === undefined) return exactJson(line.rest)
  // Engines disagree on doubled keys, so each is written once; the event's own text stays, so that no number is rounded.
  const own: unknown = JSON.parse(had)
  const isOwn = (key: string) => typeof own === 'object' && own !== null && Object.hasOwn(own, key)
  const added = exactJson(Object.fromEntries(Object.entries(line.rest).filter(([key]) => !isOwn(key))))
  if (added === '{}') return had
  return had === '{}' ? added : `${had.slice(0, -1)},${added.slice(1)}`
}

/** Both sets of columns in one; where a row has a key in both, the value of `base` stays. */
function mergeColumns(base: ColumnSet, added: ColumnSet, length: number): ColumnSet {
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

function anyValueAt(typed: TypedColumns, row: number) {
  for (const type of COLUMN_TYPES) {
    const column = typed[type]
    const value = column === undefined ? undefined : valueAt(column, row)
    if (value !== undefined) return value
  }
  return undefined
}
