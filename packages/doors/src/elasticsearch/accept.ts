import { framed } from '../accept.ts'
import { type Accepted, RefusedBody, type RefusedRecord } from '../accepted.ts'
import { type BulkFrame, type BulkProblem, cutBulk } from '../framing/index.ts'
import { MAX_RECORD_BYTES } from '../limits.ts'
import { tooLongRecord } from '../text/accept.ts'

export interface AcceptedBulk extends Accepted {
  /** One per item of the answer. */
  readonly frames: readonly BulkFrame[]
}

const REASONS: Readonly<Record<BulkProblem, string>> = {
  unknown_action: 'Malformed action/metadata line, expected one of [create, delete, index, update]',
  no_source: 'the action has no source line',
  not_an_object: 'failed to parse: the document is not a JSON object on one line',
  delete_unsupported: 'delete is not supported here: logs are only added, and leave by retention',
}

/** Accepts an inflated body of `_bulk`. Throws RefusedBody only where there is no action at all, or too many. */
export function acceptBulk(body: Uint8Array): AcceptedBulk {
  const frames = framed(() => cutBulk(body))
  if (frames.length === 0) throw new RefusedBody('empty_body', 'request body is required')
  const refused: RefusedRecord[] = []
  frames.forEach((frame, index) => {
    if (frame.problem !== undefined)
      refused.push({ index, code: frame.problem, reason: REASONS[frame.problem] })
    else if (frame.end - frame.start > MAX_RECORD_BYTES)
      refused.push(tooLongRecord(index, frame.end - frame.start))
  })
  return { door: 'elasticsearch', framing: 'bulk', records: frames.length, refused, frames }
}

/**
 * The body of `POST /<index>/_doc` or `_create` as a bulk body of one action. A line break in JSON can only stand
 * between tokens, so a document over several lines becomes one line by making each a space.
 */
export function bulkOfDocument(
  operation: 'create' | 'index',
  id: string | undefined,
  document: Uint8Array,
): Uint8Array {
  const action = Buffer.from(`${JSON.stringify({ [operation]: id === undefined ? {} : { _id: id } })}\n`)
  const body = Buffer.concat([action, document])
  for (let at = action.length; at < body.length; at++) {
    if (body[at] === 0x0a || body[at] === 0x0d) body[at] = 0x20
  }
  return body
}
