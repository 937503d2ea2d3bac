import { isUtf8 } from 'node:buffer'
import { FLAGS } from '@heartwood/event'

export interface RecordText {
  readonly text: string
  /** `utf8_repaired` where bytes were no UTF-8 and became U+FFFD. */
  readonly flags: number
}

/** Reads records of a body as text. Whether a single record is sound UTF-8 is only asked where the body is not. */
export class RecordReader {
  readonly #bytes: Buffer
  readonly #sound: boolean

  constructor(body: Uint8Array) {
    this.#bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    this.#sound = isUtf8(this.#bytes)
  }

  /** Whether a record is UTF-8 throughout. */
  isSound(start: number, end: number): boolean {
    return this.#sound || isUtf8(this.#bytes.subarray(start, end))
  }

  read(start: number, end: number): RecordText {
    const flags = this.isSound(start, end) ? 0 : FLAGS.utf8_repaired
    return { text: this.#bytes.toString('utf8', start, end), flags }
  }
}
