import { type Accepted, RefusedBody, type RefusedRecord } from '../accepted.ts'
import { TooManyRecords } from '../framing/index.ts'
import { MAX_RECORD_BYTES, MAX_RECORDS } from '../limits.ts'
import { tooLongRecord } from '../text/accept.ts'
import { type FoundRecord, UnreadableRequest } from './log-record.ts'
import { type OtlpFraming, otlpFramingOf, recordsIn } from './request.ts'

/** After so many records other requests get their turn. */
const TURN_RECORDS = 2_000

/**
 * Accepts an inflated body of `POST /v1/logs`: an `ExportLogsServiceRequest` in protobuf or JSON, which the bytes tell apart. All of
 * it is read here, since nothing may be refused later. No record at all is fine. Throws RefusedBody where nothing can be taken.
 */
export async function acceptOtlp(body: Uint8Array): Promise<Accepted> {
  const framing = otlpFramingOf(body)
  const refused: RefusedRecord[] = []
  let records = 0
  try {
    for (const found of recordsIn(framing, body)) {
      if (records === MAX_RECORDS) throw new TooManyRecords(MAX_RECORDS)
      const refusal = refusalOf(found, records, framing, body.length)
      if (refusal !== undefined) refused.push(refusal)
      records++
      if (records % TURN_RECORDS === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  } catch (error) {
    throw refusedBody(error)
  }
  return { door: 'otlp', framing, records, refused }
}

function refusalOf(
  found: FoundRecord,
  index: number,
  framing: OtlpFraming,
  bodyBytes: number,
): RefusedRecord | undefined {
  if (found.record === undefined)
    return framing === 'otlp_json'
      ? { index, code: 'invalid_json', reason: 'the log record is not an object' }
      : { index, code: 'invalid_protobuf', reason: 'the log record is not one in protobuf' }
  const bytes = bodyBytes > MAX_RECORD_BYTES ? found.bytes() : 0
  return bytes > MAX_RECORD_BYTES ? tooLongRecord(index, bytes) : undefined
}

function refusedBody(error: unknown): unknown {
  if (error instanceof UnreadableRequest)
    return new RefusedBody('invalid_body', `Nothing was stored: ${error.message}.`, { cause: error })
  if (error instanceof TooManyRecords)
    return new RefusedBody('body_too_large', `Nothing was stored: ${error.message}.`, { cause: error })
  return error
}
