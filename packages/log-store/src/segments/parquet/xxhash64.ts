/**
 * XXH64 with seed 0, on 32-bit halves: what Parquet's Bloom filters and the checksums of zstd frames are made with.
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md#xxh64-algorithm-description
 */
export class XxHash64 {
  /** The halves of the last hash, as signed integers: larger ones would each be an object. */
  high = 0
  low = 0
  readonly #lanes = new Int32Array(8)

  /** Hashes `bytes` from `from` to `to` into `high` and `low`. */
  hash(bytes: Uint8Array, from: number, to: number): void {
    let at = from
    if (to - from >= 32) at = this.#stripes(bytes, from, to)
    else this.#set(P5H, P5L)
    this.#add(0, to - from)
    for (; at + 8 <= to; at += 8) {
      const { high, low } = this
      this.#set(word(bytes, at + 4), word(bytes, at))
      this.#round(0, 0)
      this.#set(this.high ^ high, this.low ^ low)
      this.#rotate(27)
      this.#multiply(P1H, P1L)
      this.#add(P4H, P4L)
    }
    if (at + 4 <= to) {
      const { high, low } = this
      this.#set(0, word(bytes, at))
      this.#multiply(P1H, P1L)
      this.#set(this.high ^ high, this.low ^ low)
      this.#rotate(23)
      this.#multiply(P2H, P2L)
      this.#add(P3H, P3L)
      at += 4
    }
    for (; at < to; at++) {
      const { high, low } = this
      this.#set(0, bytes[at] ?? 0)
      this.#multiply(P5H, P5L)
      this.#set(this.high ^ high, this.low ^ low)
      this.#rotate(11)
      this.#multiply(P1H, P1L)
    }
    this.#set(this.high, this.low ^ (this.high >>> 1))
    this.#multiply(P2H, P2L)
    this.#set(this.high ^ (this.high >>> 29), this.low ^ ((this.low >>> 29) | (this.high << 3)))
    this.#multiply(P3H, P3L)
    this.#set(this.high, this.low ^ this.high)
  }

  /** Whole stripes of 32 bytes; leaves the merged lanes and says where they end. */
  #stripes(bytes: Uint8Array, from: number, to: number): number {
    const lanes = this.#lanes
    lanes.set(FIRST_LANES)
    let at = from
    for (; at + 32 <= to; at += 32) {
      for (let lane = 0; lane < 8; lane += 2) {
        this.#set(word(bytes, at + lane * 4 + 4), word(bytes, at + lane * 4))
        this.#round(lanes[lane] ?? 0, lanes[lane + 1] ?? 0)
        lanes[lane] = this.high
        lanes[lane + 1] = this.low
      }
    }
    let high = 0
    let low = 0
    for (let lane = 0; lane < 4; lane++) {
      this.#set(lanes[lane * 2] ?? 0, lanes[lane * 2 + 1] ?? 0)
      this.#rotate(ROTATIONS[lane] ?? 0)
      this.#add(high, low)
      high = this.high
      low = this.low
    }
    for (let lane = 0; lane < 8; lane += 2) {
      this.#set(lanes[lane] ?? 0, lanes[lane + 1] ?? 0)
      this.#round(0, 0)
      this.#set(this.high ^ high, this.low ^ low)
      this.#multiply(P1H, P1L)
      this.#add(P4H, P4L)
      high = this.high
      low = this.low
    }
    return at
  }

  /** What is held, mixed into a lane. */
  #round(high: number, low: number): void {
    this.#multiply(P2H, P2L)
    this.#add(high, low)
    this.#rotate(31)
    this.#multiply(P1H, P1L)
  }

  #set(high: number, low: number): void {
    this.high = high | 0
    this.low = low | 0
  }

  #add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0)
    this.#set(this.high + high + (sum > 0xffffffff ? 1 : 0), sum)
  }

  /** By 1 to 31 bits. */
  #rotate(by: number): void {
    this.#set((this.high << by) | (this.low >>> (32 - by)), (this.low << by) | (this.high >>> (32 - by)))
  }

  #multiply(high: number, low: number): void {
    const a0 = this.low & 0xffff
    const a1 = this.low >>> 16
    const b0 = low & 0xffff
    const b1 = low >>> 16
    const bottom = a0 * b0
    const middle = a1 * b0 + (bottom >>> 16)
    const other = a0 * b1 + (middle % 0x10000)
    const carried = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000)
    this.#set(
      carried + Math.imul(this.high, low) + Math.imul(this.low, high),
      (other << 16) | (bottom & 0xffff),
    )
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  )
}

const P1H = 0x9e3779b1
const P1L = 0x85ebca87
const P2H = 0xc2b2ae3d
const P2L = 0x27d4eb4f
const P3H = 0x165667b1
const P3L = 0x9e3779f9
const P4H = 0x85ebca77
const P4L = 0xc2b2ae63
const P5H = 0x27d4eb2f
const P5L = 0x165667c5

/** prime 1 + prime 2, prime 2, 0 and -prime 1. */
const FIRST_LANES = [0x60ea27ee, 0xadc0b5d6, P2H, P2L, 0, 0, 0x61c8864e, 0x7a143579]
const ROTATIONS = [1, 7, 12, 18]
