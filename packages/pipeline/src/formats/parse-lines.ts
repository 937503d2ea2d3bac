import {
  ColumnSetBuilder,
  type EventBatch,
  exactJson,
  hasAnyValue,
  type StringColumn,
  type TextValues,
  textAt,
  viewOf,
  withText,
} from '@heartwood/event'
import { mergeColumns } from '../merge-columns.ts'
import type { Step } from '../step.ts'
import { TextFill } from '../text-fill.ts'
import { FORMATS, type ParsedLine } from './index.ts'

/**
 * Parses structure out of the message, once per distinct message. The line as it was goes to `raw`, so that it can be
 * parsed again; a row that has a `raw` was parsed before and is left alone. Attributes the event has already win.
 */
export const parseLines: Step = { name: 'parse', run: (batch) => ({ batch: parsed(batch) }) }

function parsed(batch: EventBatch): EventBatch {
  const message = batch.text.get('message')
  if (message === undefined) return batch
  const lines = parsedLines(message.values)
  if (lines === undefined) return batch

  const raw = batch.text.get('raw')
  const rest = batch.text.get('rest')
  const kept = message.codes.slice()
  const raws = new TextFill(raw, batch.length)
  const ofMessage = raws.dictionary(message.values)
  const rests = new TextFill(rest, batch.length)
  const added = new ColumnSetBuilder()
  for (let row = 0; row < batch.length; row++) {
    const code = message.codes[row] ?? 0
    const line = raw?.codes[row] ? undefined : lines[code]
    if (line === undefined) continue
    raws.set(row, ofMessage + code)
    if (!line.keepsLine) kept[row] = 0
    const restText = mergedRest(rest, row, line)
    if (restText !== undefined) rests.set(row, rests.code(restText))
    for (const key in line.attributes) added.set(row, key, line.attributes[key])
  }
  if (!raws.changed) return batch
  const left: StringColumn = { type: 'string', codes: kept, values: message.values }
  return {
    ...withText(batch, {
      message: hasAnyValue(left) ? left : undefined,
      raw: raws.finish(),
      ...(rests.changed && { rest: rests.finish() }),
    }),
    attributes: mergeColumns(batch.attributes, added.finish(batch.length), batch.length),
  }
}

/** What each text says, by code; undefined where none says anything. Nearly all are done with after a look at their bytes. */
function parsedLines(values: TextValues): (ParsedLine | undefined)[] | undefined {
  const { bytes, starts, lengths } = values.utf8()
  const words = viewOf(bytes)
  let lines: (ParsedLine | undefined)[] | undefined
  for (let code = 1; code < starts.length; code++) {
    const start = starts[code] ?? 0
    const end = start + (lengths[code] ?? 0)
    if (!mayBeParsed(bytes, words, start, end)) continue
    const line = parseLine(values.at(code))
    if (line === undefined) continue
    lines ??= new Array<ParsedLine | undefined>(starts.length)
    lines[code] = line
  }
  return lines
}

function mayBeParsed(bytes: Uint8Array, words: DataView, start: number, end: number): boolean {
  for (const format of FORMATS) if (format.mayBe(bytes, words, start, end)) return true
  return false
}

function parseLine(line: string): ParsedLine | undefined {
  for (const format of FORMATS) {
    const found = format.parse(line)
    if (found !== undefined) return found
  }
  return undefined
}

/** The JSON text of both rests; what the event had already wins. */
function mergedRest(rest: StringColumn | undefined, row: number, line: ParsedLine): string | undefined {
  const had = textAt(rest, row)
  if (line.rest === undefined) return had
  if (had === undefined) return exactJson(line.rest)
  // Engines disagree on doubled keys, so each is written once; the event's own text stays, so that no number is rounded.
  const own: unknown = JSON.parse(had)
  const isOwn = (key: string) => typeof own === 'object' && own !== null && Object.hasOwn(own, key)
  const added = exactJson(Object.fromEntries(Object.entries(line.rest).filter(([key]) => !isOwn(key))))
  if (added === '{}') return had
  return had === '{}' ? added : `${had.slice(0, -1)},${added.slice(1)}`
}
