import { FLAGS } from '@heartwood/event'
import type { EventWriter } from '../columns/event-writer.ts'
import type { RecordReader } from '../columns/record-reader.ts'
import { eventObject } from './event-object.ts'
import { type OtlpFraming, recordsIn } from './request.ts'

/**
 * A log record becomes an event, see eventObject. Gives the number of records found. Throws where there are more or fewer than were
 * counted, so that none of them is kept: the records of a request are read one by one and not held side by side.
 */
export function decodeOtlp({ header, body }: RecordReader, writer: EventWriter): number {
  const framing: OtlpFraming = header.framing === 'otlp_json' ? 'otlp_json' : 'otlp_protobuf'
  const refused = new Set(header.refused)
  let index = 0
  for (const { origin, record, isRepaired } of recordsIn(framing, body)) {
    if (index === header.records) throw new Error(`the body has more records than ${header.records}`)
    if (!refused.has(index) && record !== undefined) {
      const { message, object } = eventObject(origin, record)
      if (message !== undefined) writer.message(message)
      writer.object(object)
      writer.endEvent(index, isRepaired ? FLAGS.utf8_repaired : 0)
    }
    index++
  }
  if (index < header.records) throw new Error(`the body has ${index} records, not ${header.records}`)
  return index
}
