import {
  ColumnSetBuilder,
  type EventBatch,
  exactJson,
  type StringColumn,
  textAt,
  withText,
} from '@heartwood/event'
import { mergeColumns } from '../merge-columns.ts'
import type { Step } from '../step.ts'
import { TextFill } from '../text-fill.ts'
import { HeadFill } from './head-fill.ts'
import { LeftMessages } from './left-messages.ts'
import { type ParsedText, TextParser } from './parsed-text.ts'

/**
 * Parses structure out of the message, once per distinct message: JSON, pairs, and the heads of lines of text, which the message
 * then no longer has. The line as it was goes to `raw`, so that it can be parsed again; a row that has a `raw` was parsed before and
 * is left alone. What the event says already in its attributes wins.
 */
export const parseLines: Step = { name: 'parse', run: (batch) => ({ batch: parsed(batch) }) }

function parsed(batch: EventBatch): EventBatch {
  const message = batch.text.get('message')
  if (message === undefined) return batch
  const raw = batch.text.get('raw')
  const texts = parsedTexts(message, raw)
  if (texts === undefined) return batch

  const rest = batch.text.get('rest')
  const raws = new TextFill(raw, batch.length)
  const ofMessage = raws.dictionary(message.values)
  const rests = new TextFill(rest, batch.length)
  const added = new ColumnSetBuilder()
  const head = new HeadFill(batch)
  const left = new LeftMessages(message, raw !== undefined)
  for (let row = 0; row < batch.length; row++) {
    const code = message.codes[row] ?? 0
    const text = raw?.codes[row] ? undefined : texts[code]
    if (text === undefined) continue
    raws.set(row, ofMessage + code)
    left.set(row, code, text.messageAt)
    head.set(row, text)
    const restText = mergedRest(rest, row, text)
    if (restText !== undefined) rests.set(row, rests.code(restText))
    for (const key in text.attributes) added.set(row, key, text.attributes[key])
  }
  return {
    ...withText(batch, {
      message: left.finish(),
      raw: raws.finish(),
      ...(rests.changed && { rest: rests.finish() }),
    }),
    ...head.finish(),
    attributes: mergeColumns(batch.attributes, added.finish(batch.length), batch.length),
  }
}

/** What each text says, by code; undefined where none says anything. Texts that only rows with a `raw` have are not looked at. */
function parsedTexts(
  message: StringColumn,
  raw: StringColumn | undefined,
): (ParsedText | undefined)[] | undefined {
  const parser = new TextParser(message.values)
  const tried = new Uint8Array(message.values.length)
  let texts: (ParsedText | undefined)[] | undefined
  for (let row = 0; row < message.codes.length; row++) {
    const code = message.codes[row] ?? 0
    if (code === 0 || tried[code] === 1 || raw?.codes[row]) continue
    tried[code] = 1
    const text = parser.parse(code)
    if (text === undefined) continue
    texts ??= new Array<ParsedText | undefined>(tried.length)
    texts[code] = text
  }
  return texts
}

/** The JSON text of both rests; what the event had already wins. */
function mergedRest(rest: StringColumn | undefined, row: number, line: ParsedText): string | undefined {
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
