import {
  chainedTexts,
  type EventBatch,
  type Framing,
  type StringColumn,
  selectRows,
  textValues,
  utf8Values,
  withText,
} from '@heartwood/event'
import { type EnvelopedLines, envelopedLines } from './enveloped-lines.ts'
import { type Lines, linesOfText } from './lines-of-text.ts'
import { type Joined, OpenEvents } from './open-events.ts'

/** A batch in which an event is one row, and how many rows each record has. */
export interface JoinedBatch {
  readonly batch: EventBatch
  readonly rows: readonly number[]
}

/**
 * Joins the lines of an event that came as several records: stack traces and what is indented, to the line they belong to. Lines of
 * text join what stands right before them, or with an envelope (CRI, syslog, docker compose; Docker's and shippers' JSON) what came
 * before from the same source. Never across queue records. The event keeps the id of its first line.
 * @param records how many rows each record has, in order
 */
export function joinLines(batch: EventBatch, records: readonly number[], framing: Framing): JoinedBatch {
  const lines = linesIn(batch, framing)
  const joined = joinedOf(lines, records)
  if (lines === undefined || joined.length === 0) return { batch, rows: records }
  return withoutJoined(withJoined(batch, joined, lines.lines, lines.enveloped), joined, records)
}

/** The rows of a batch that joinLines would join. */
export function joinedIn(batch: EventBatch, records: readonly number[], framing: Framing): readonly Joined[] {
  return joinedOf(linesIn(batch, framing), records)
}

interface LinesIn {
  readonly lines: Lines
  readonly enveloped: EnvelopedLines | undefined
}

/** Undefined where the batch has no lines. */
function linesIn(batch: EventBatch, framing: Framing): LinesIn | undefined {
  const text = isLines(framing) ? batch.text.get('message') : undefined
  const enveloped = envelopedLines(batch)
  if (text === undefined && enveloped === undefined) return undefined
  return { lines: linesOfText(text, enveloped), enveloped }
}

function joinedOf(found: LinesIn | undefined, records: readonly number[]): Joined[] {
  if (found === undefined) return []
  const joined: Joined[] = []
  let from = 0
  for (const rows of records) {
    const open = new OpenEvents(found.lines)
    for (let row = from; row < from + rows; row++) open.add(row)
    joined.push(...open.finish())
    from += rows
  }
  return joined
}

/** Whether records are lines, of which nobody has said that they stand by themselves, as the elements of an array do. */
function isLines(framing: Framing): boolean {
  return framing === 'text' || framing === 'ndjson'
}

/** The batch with the whole text of each joined event in its first row. */
function withJoined(
  batch: EventBatch,
  joined: readonly Joined[],
  lines: Lines,
  enveloped: EnvelopedLines | undefined,
): EventBatch {
  const flags = batch.flags.slice()
  for (const { first, rest } of joined)
    for (const { row } of rest) flags[first] = (flags[first] ?? 0) | (batch.flags[row] ?? 0)
  const text = batch.text.get('message')
  const ofText = joined.filter(({ first }) => !lines.isEnveloped(first))
  const ofEnvelopes = joined.filter(({ first }) => lines.isEnveloped(first))
  const attributes = new Map(batch.attributes)
  if (enveloped !== undefined && ofEnvelopes.length > 0) {
    const typed = attributes.get(enveloped.key) ?? {}
    attributes.set(enveloped.key, { ...typed, string: replaced(enveloped.column, ofEnvelopes, lines) })
  }
  const changed = { ...batch, flags, attributes }
  return text === undefined || ofText.length === 0
    ? changed
    : withText(changed, { message: replaced(text, ofText, lines) })
}

/** The column with the joined texts in their first rows. Where the lines lie side by side as they came, no byte is moved. */
function replaced(column: StringColumn, joined: readonly Joined[], lines: Lines): StringColumn {
  const codes = column.codes.slice()
  const { bytes } = column.values.utf8()
  const starts = [0]
  const lengths = [0]
  const strings = ['']
  const sliceRows: number[] = []
  const stringRows: number[] = []
  for (const event of joined) {
    const slice = lines.sideBySide(event)
    if (slice === undefined) {
      stringRows.push(event.first)
      strings.push(lines.joinedText(event))
    } else {
      sliceRows.push(event.first)
      starts.push(slice.start)
      lengths.push(slice.end - slice.start)
    }
  }
  const slices = utf8Values({ bytes, starts: Uint32Array.from(starts), lengths: Uint32Array.from(lengths) })
  const parts = [column.values, slices, ...(strings.length > 1 ? [textValues(strings)] : [])]
  const { values, bases } = chainedTexts(parts)
  for (const [index, row] of sliceRows.entries()) codes[row] = (bases[1] ?? 0) + index + 1
  for (const [index, row] of stringRows.entries()) codes[row] = (bases[2] ?? 0) + index + 1
  return { type: 'string', codes, values }
}

function withoutJoined(
  batch: EventBatch,
  joined: readonly Joined[],
  records: readonly number[],
): JoinedBatch {
  const gone = new Uint8Array(batch.length)
  for (const { rest } of joined) for (const { row } of rest) gone[row] = 1
  const kept: number[] = []
  const rows: number[] = []
  let row = 0
  for (const count of records) {
    const before = kept.length
    for (const end = row + count; row < end; row++) if (gone[row] === 0) kept.push(row)
    rows.push(kept.length - before)
  }
  return { batch: selectRows(batch, Uint32Array.from(kept)), rows }
}
