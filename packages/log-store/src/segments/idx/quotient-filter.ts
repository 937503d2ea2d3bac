/**
 * A filter of 32-bit keys with well mixed bits, made once: each of n keys is one of 256 n values, of which the upper bits
 * name one of n buckets and the lower eight are kept. Of the keys that are not in it, one in 256 looks as if it were, for
 * 10.1 bits a key; a Bloom filter of that error takes 12, and a split block one more.
 *
 * It is what a quotient filter (Bender et al., Don't Thrash: How to Cache Your Hash on Flash, VLDB 2012) becomes when
 * nothing is ever added: how many keys each bucket has is written as so many ones and a zero, as Elias and Fano do.
 *
 *   n (u32) · for each 256 buckets, the keys in those before (u32) · ones and zeros, first bit lowest · the lower eights
 */

const KEPT_VALUES = 256
const BLOCK = 256

interface Layout {
  readonly keys: number
  readonly bitsAt: number
  readonly lowsAt: number
  readonly length: number
}

function layoutFor(keys: number): Layout {
  const bitsAt = 4 + Math.ceil(keys / BLOCK) * 4
  const lowsAt = bitsAt + Math.ceil((keys * 2) / 8)
  return { keys, bitsAt, lowsAt, length: lowsAt + keys }
}

/** The filter of some keys, each once. Fastest where they come in the order of their upper bits. */
export function quotientFilter(keys: Uint32Array): Uint8Array {
  const { bitsAt, lowsAt, length } = layoutFor(keys.length)
  const bytes = new Uint8Array(length)
  const header = new DataView(bytes.buffer)
  header.setUint32(0, keys.length, true)
  const next = firstOfEachBucket(keys)
  for (let block = 0; block * BLOCK < keys.length; block++) {
    header.setUint32(4 + block * 4, next[block * BLOCK] ?? 0, true)
  }
  for (let i = 0; i < keys.length; i++) {
    const value = keptOf(keys[i] ?? 0, keys.length)
    const bucket = value >>> 8
    const place = next[bucket] ?? 0
    next[bucket] = place + 1
    bytes[lowsAt + place] = value
    const bit = place + bucket
    bytes[bitsAt + (bit >>> 3)] = (bytes[bitsAt + (bit >>> 3)] ?? 0) | (1 << (bit & 7))
  }
  return bytes
}

/** Of each bucket how many keys are in those before it. */
function firstOfEachBucket(keys: Uint32Array): Uint32Array {
  const first = new Uint32Array(keys.length + 1)
  for (let i = 0; i < keys.length; i++) {
    const behind = (keptOf(keys[i] ?? 0, keys.length) >>> 8) + 1
    first[behind] = (first[behind] ?? 0) + 1
  }
  for (let bucket = 1; bucket < first.length; bucket++) {
    first[bucket] = (first[bucket] ?? 0) + (first[bucket - 1] ?? 0)
  }
  return first
}

/** A key brought into the values of a filter of so many keys; rises with the key. */
function keptOf(key: number, keys: number): number {
  return (key * (keys * KEPT_VALUES) * 2 ** -32) | 0
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)

/** Asks a filter for keys. Throws RangeError where the bytes are no filter. */
export class QuotientProbe {
  readonly #bytes: Uint8Array
  readonly #header: DataView
  readonly #layout: Layout

  constructor(bytes: Uint8Array) {
    if (bytes.length < 4) throw new RangeError('a filter that ends too soon')
    this.#bytes = bytes
    this.#header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#layout = layoutFor(this.#header.getUint32(0, true))
    if (bytes.length !== this.#layout.length) throw new RangeError('a filter of another length than it says')
  }

  /** Never false for a key that the filter was made of. */
  has(key: number): boolean {
    const { keys, lowsAt } = this.#layout
    if (keys === 0) return false
    const value = keptOf(key, keys)
    const bucket = value >>> 8
    for (let bit = this.#firstBitOf(bucket); this.#isOne(bit); bit++) {
      if (this.#bytes[lowsAt + bit - bucket] === (value & 0xff)) return true
    }
    return false
  }

  /** Where the ones of a bucket begin: behind as many zeros as there are buckets before it. */
  #firstBitOf(bucket: number): number {
    const block = Math.floor(bucket / BLOCK)
    let bit = this.#header.getUint32(4 + block * 4, true) + block * BLOCK
    let zeros = bucket - block * BLOCK
    const { bitsAt, lowsAt } = this.#layout
    const end = (lowsAt - bitsAt) * 8
    while (zeros > 0 && bit < end) {
      const inByte = 8 - (ONES[this.#bytes[bitsAt + (bit >>> 3)] ?? 0] ?? 0)
      if ((bit & 7) === 0 && inByte < zeros) {
        zeros -= inByte
        bit += 8
      } else if (!this.#isOne(bit++)) zeros--
    }
    return bit
  }

  #isOne(bit: number): boolean {
    const { bitsAt, lowsAt } = this.#layout
    const at = bitsAt + (bit >>> 3)
    return at < lowsAt && (((this.#bytes[at] ?? 0) >>> (bit & 7)) & 1) === 1
  }
}
