import { isUtf8 } from 'node:buffer'
import { FLAGS } from '@heartwood/event'

export interface RecordText {
  readonly text: string
  /** `utf8_repaired` where bytes were no UTF-8 and became U+FFFD. */
  readonly flags: number
}

/** Reads records of a body as text. Whether a single record is sound UTF-8 is only asked where the body is not. */
export function recordReader(body: Uint8Array): (start: number, end: number) => RecordText {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const sound = isUtf8(bytes)
  return (start, end) => ({
    text: bytes.toString('utf8', start, end),
    flags: sound || isUtf8(bytes.subarray(start, end)) ? 0 : FLAGS.utf8_repaired,
  })
}
