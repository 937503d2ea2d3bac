import type { RecordHeader } from '@heartwood/event'
import type { EventWriter } from '../columns/event-writer.ts'
import { recordReader } from '../columns/record-reader.ts'
import { cutBulk, isJsonObject, type JsonObject, parseJson } from '../framing/index.ts'
import { writeJson } from '../json/decode.ts'

/**
 * A document becomes attributes as a JSON line does. The index it was sent to and the client's own document id are
 * kept as the attributes `_index` and `_id`; neither is the event's identity. Gives the number of records found.
 */
export function decodeElasticsearch(header: RecordHeader, body: Uint8Array, writer: EventWriter): number {
  const frames = cutBulk(body)
  const refused = new Set(header.refused)
  const read = recordReader(body)
  frames.forEach(({ action, start, end }, index) => {
    if (refused.has(index) || action === undefined) return
    const { text, flags } = read(start, end)
    writer.attribute('_index', action.index ?? header.index)
    writer.attribute('_id', action.id)
    const document = action.operation === 'update' ? documentOfUpdate(text) : undefined
    if (document !== undefined) writer.object(document)
    const flag = document === undefined ? writeJson(text, false, writer) : 0
    writer.endEvent(index, flags | flag)
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
