/** Reads the integers of Parquet pages one after the other. Past the end it throws: a page that is cut is damaged. */
export class ByteReader {
  readonly bytes: Uint8Array
  at: number
  readonly #end: number

  /** `end` is where the content ends; the array may be longer. */
  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.#end = end
  }

  u8(): number {
    const at = this.skip(1)
    return this.bytes[at] ?? 0
  }

  u32(): number {
    const at = this.skip(4)
    const { bytes } = this
    return (
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24)) >>>
      0
    )
  }

  /** An unsigned varint below 2^32. */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8()
      value |= (byte & 0x7f) << shift
      if (byte < 128) return value >>> 0
    }
    throw new Error('an integer of a page does not end')
  }

  /** A zigzag varint of 64 bits as its halves: what a difference of two 64-bit integers may take. */
  zigzag64(): { low: number; high: number } {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.u8()
      const bits = byte & 0x7f
      if (shift < 32) low |= bits << shift
      if (shift === 28) high |= bits >>> 4
      if (shift > 28) high |= bits << (shift - 32)
      if (byte < 128) {
        const sign = -(low & 1)
        return { low: (((low >>> 1) | (high << 31)) ^ sign) >>> 0, high: (high >>> 1) ^ sign }
      }
    }
    throw new Error('an integer of a page does not end')
  }

  /** Steps over so many bytes and gives where they began. */
  skip(length: number): number {
    const { at } = this
    if (at + length > this.#end) throw new Error('a page ends before its values do')
    this.at = at + length
    return at
  }
}
