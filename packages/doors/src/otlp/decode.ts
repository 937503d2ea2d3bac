import { FLAGS } from '@heartwood/event'
import type { EventWriter } from '../columns/event-writer.ts'
import type { RecordReader } from '../columns/record-reader.ts'
import { eventObject } from './event-object.ts'
import { type OtlpFraming, recordsIn } from './request.ts'

/**
 * A log record becomes an event, see eventObject. Gives the number of records found; nothing is written unless these are as
 * many as were counted.
 */
export function decodeOtlp({ header, body }: RecordReader, writer: EventWriter): number {
  const framing: OtlpFraming = header.framing === 'otlp_json' ? 'otlp_json' : 'otlp_protobuf'
  const found = [...recordsIn(framing, body)]
  if (found.length !== header.records) return found.length
  const refused = new Set(header.refused)
  for (const [index, { origin, record, isRepaired }] of found.entries()) {
    if (refused.has(index) || record === undefined) continue
    const { message, object } = eventObject(origin, record)
    if (message !== undefined) writer.message(message)
    writer.object(object)
    writer.endEvent(index, isRepaired ? FLAGS.utf8_repaired : 0)
  }
  return found.length
}
