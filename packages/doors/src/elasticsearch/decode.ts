import type { EventWriter } from '../columns/event-writer.ts'
import type { RecordReader } from '../columns/record-reader.ts'
import { cutBulk, isJsonObject, type JsonObject, parseJson } from '../framing/index.ts'
import type { JsonRecords } from '../json/json-records.ts'

/**
 * A document becomes attributes as a JSON line does. The index it was sent to and the client's own document id are
 * kept as the attributes `_index` and `_id`; neither is the event's identity. Gives the number of records found; nothing is
 * written unless these are as many as were counted.
 */
export function decodeElasticsearch(record: RecordReader, writer: EventWriter, records: JsonRecords): number {
  const { header, body } = record
  const frames = cutBulk(body)
  if (frames.length !== header.records) return frames.length
  const refused = new Set(header.refused)
  frames.forEach(({ action, start, end }, index) => {
    if (refused.has(index) || action === undefined) return
    writer.attribute('_index', action.index ?? header.index)
    writer.attribute('_id', action.id)
    const updated =
      action.operation === 'update' ? records.writePart(record, start, end, documentOfUpdate) : undefined
    writer.endEvent(index, updated ?? records.write(record, start, end, false))
  })
  return frames.length
}

/** What an update adds: its `doc`, else its `upsert`; undefined where it has neither and is kept as it is. */
function documentOfUpdate(text: string): JsonObject | undefined {
  const update = parseJson(text)?.value
  if (!isJsonObject(update)) return undefined
  for (const key of ['doc', 'upsert']) {
    const document = Object.hasOwn(update, key) ? update[key] : undefined
    if (isJsonObject(document)) return document
  }
  return undefined
}
