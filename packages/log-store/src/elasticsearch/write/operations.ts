import { type EventBatch, textAt } from '@heartwood/event'
import { type JsonBytes, type Piece, pieceOf } from '../document/json-bytes.ts'
import { JsonTexts } from '../document/json-texts.ts'
import { documentEncoder } from '../document.ts'
import { documentId, eventIndex, type IndexPeriod, MAX_ID_BYTES, sameIndex } from '../names.ts'

/** The lines of one operation: its action, and its document where there is one, each with its line end. */
export type Operation = string

/** Where events are stored. */
export interface EventIndices {
  readonly prefix: string
  readonly period: IndexPeriod
}

/** Writes the operations that store rows of a batch, each unless it is there. */
export function eventOperations(
  indices: EventIndices,
  events: EventBatch,
): (row: number, into: JsonBytes) => void {
  const document = documentEncoder(events)
  const indexOf = rowIndexes(indices, events)
  const ids = new JsonTexts(events.id.values)
  const starts = new Map<string, Piece>()
  const startOf = (index: string): Piece => {
    const start = starts.get(index) ?? pieceOf(`{"create":{"_index":"${index}","_id":`)
    starts.set(index, start)
    return start
  }
  return (row, into) => {
    into.piece(startOf(indexOf(row)))
    const code = events.id.codes[row] ?? 0
    if (code !== 0 && ids.length(code) <= MAX_ID_BYTES) ids.write(code, into)
    else into.text(JSON.stringify(documentId(idOf(events, row))))
    into.piece(ACTION_END)
    document(row, into)
    into.piece(LINE_END)
  }
}

const [ACTION_END, LINE_END] = [pieceOf('}}\n'), pieceOf('\n')]

/** Makes the operations that remove rows of a batch. */
export function removeOperations(indices: EventIndices, events: EventBatch): (row: number) => Operation {
  const indexOf = rowIndexes(indices, events)
  return (row) => removeOperation(indexOf(row), documentId(idOf(events, row)))
}

/** Stores a document unless one with this id is there. */
export function createOperation(index: string, id: string, document: object): Operation {
  return `${createAction(index, id)}${JSON.stringify(document)}\n`
}

/** Stores a document, in place of one with this id. */
export function replaceOperation(index: string, id: string, document: object): Operation {
  const action = { index: { _index: index, _id: documentId(id) } }
  return `${JSON.stringify(action)}\n${JSON.stringify(document)}\n`
}

/** @param id of the document, as Elasticsearch has it */
export function removeOperation(index: string, id: string): Operation {
  return `${JSON.stringify({ delete: { _index: index, _id: id } })}\n`
}

function createAction(index: string, id: string): string {
  return `{"create":{"_index":"${index}","_id":${JSON.stringify(documentId(id))}}}\n`
}

export function idOf(events: EventBatch, row: number): string {
  return textAt(events.id, row) ?? ''
}

/** The index of a row; neighbours mostly have the same, whose name is then known. */
export function rowIndexes(
  { prefix, period }: EventIndices,
  { timestamp, observed_at }: EventBatch,
): (row: number) => string {
  let last = { name: '', from: 0n, to: 0n, observedAt: 0n }
  return (row) => {
    const [time, observedAt] = [timestamp[row] ?? 0n, observed_at[row] ?? 0n]
    if (observedAt !== last.observedAt || time < last.from || time >= last.to)
      last = {
        name: eventIndex(prefix, time, observedAt, period),
        observedAt,
        ...sameIndex(time, observedAt),
      }
    return last.name
  }
}
