/** Reads a part of an index file from its first byte to its last. Throws RangeError, with the name of the part, where it ends too soon. */
export class PartReader {
  readonly #bytes: Uint8Array
  readonly #name: string
  #at = 0

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes
    this.#name = name
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new RangeError(`${this.#name} that end too soon`)
    return byte
  }

  /** A number as `ByteSink.varint` writes it. */
  varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }

  /** The next bytes, which stay those of the part. */
  take(length: number): Uint8Array {
    if (length > this.left) throw new RangeError(`${this.#name} that end too soon`)
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** Throws RangeError where something is left. */
  end(): void {
    if (this.left !== 0) throw new RangeError(`${this.#name} with something behind them`)
  }
}
