import { isUtf8 } from 'node:buffer'
import { FLAGS, type RecordHeader } from '@heartwood/event'

export interface RecordText {
  readonly text: string
  /** `utf8_repaired` where bytes were no UTF-8 and became U+FFFD. */
  readonly flags: number
}

/**
 * The inflated body of a queue record, and its frames as text. Whether a single frame is sound UTF-8 is only asked where
 * the body is not.
 */
export class RecordReader {
  readonly header: RecordHeader
  readonly body: Buffer
  /** Where the body begins in the store of the batch. */
  readonly base: number
  readonly #sound: boolean

  constructor(header: RecordHeader, body: Uint8Array, base: number) {
    this.header = header
    this.body = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    this.base = base
    this.#sound = isUtf8(this.body)
  }

  /** Whether the bytes of the body from `start` to `end` are UTF-8 throughout. */
  isSound(start: number, end: number): boolean {
    return this.#sound || isUtf8(this.body.subarray(start, end))
  }

  read(start: number, end: number): RecordText {
    const flags = this.isSound(start, end) ? 0 : FLAGS.utf8_repaired
    return { text: this.body.toString('utf8', start, end), flags }
  }
}
