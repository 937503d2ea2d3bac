const FIRST_CAPACITY = 256

/** Bytes that grow at the end. What `bytes` gave stays valid, since nothing before the end is written again. */
export class ByteSink {
  #bytes = new Uint8Array(FIRST_CAPACITY)
  #length = 0

  get length(): number {
    return this.#length
  }

  u8(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  /** Four bytes, little-endian. */
  u32(value: number): void {
    this.#reserve(4)
    for (let shift = 0; shift < 32; shift += 8) this.#bytes[this.#length++] = value >>> shift
  }

  /** Unsigned LEB128 of an integer below 2^53. */
  varint(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
  }

  /** Zigzag LEB128 of a signed 64-bit integer given as its two halves. */
  zigzag64(high: number, low: number): void {
    const sign = high >> 31
    let lo = ((low << 1) ^ sign) >>> 0
    let hi = (((high << 1) | (low >>> 31)) ^ sign) >>> 0
    this.#reserve(10)
    while (hi !== 0 || lo >= 0x80) {
      this.#bytes[this.#length++] = (lo & 0x7f) | 0x80
      lo = ((lo >>> 7) | (hi << 25)) >>> 0
      hi >>>= 7
    }
    this.#bytes[this.#length++] = lo
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Room for `length` bytes at the end, zeroed, for the caller to fill before it writes anything else. */
  room(length: number): Uint8Array {
    this.#reserve(length)
    const start = this.#length
    this.#length += length
    return this.#bytes.subarray(start, this.#length)
  }

  /** All that was written, not copied. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
