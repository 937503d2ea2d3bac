import { type EventBatch, NANOS_PER_DAY, textAt } from '@heartwood/event'
import { documentEncoder } from '../document.ts'
import { documentId, eventIndex, isOfItsDay } from '../names.ts'

/** The lines of one operation: its action, and its document where there is one, each with its line end. */
export type Operation = string

/** Makes the operations that store rows of a batch, each unless it is there. */
export function eventOperations(prefix: string, events: EventBatch): (row: number) => Operation {
  const document = documentEncoder(events)
  const indexOf = rowIndexes(prefix, events)
  return (row) => `${createAction(indexOf(row), idOf(events, row))}${document(row)}\n`
}

/** Makes the operations that remove rows of a batch. */
export function removeOperations(prefix: string, events: EventBatch): (row: number) => Operation {
  const indexOf = rowIndexes(prefix, events)
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

function idOf(events: EventBatch, row: number): string {
  return textAt(events.id, row) ?? ''
}

/** The index of a row; neighbours mostly have the same, whose name is then known. */
function rowIndexes(prefix: string, { timestamp, observed_at }: EventBatch): (row: number) => string {
  const known = new Map<bigint, string>()
  return (row) => {
    const [time, observed] = [timestamp[row] ?? 0n, observed_at[row] ?? 0n]
    if (!isOfItsDay(time, observed)) return eventIndex(prefix, time, observed)
    const day = time / NANOS_PER_DAY
    const name = known.get(day) ?? eventIndex(prefix, time, observed)
    known.set(day, name)
    return name
  }
}
