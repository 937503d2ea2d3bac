import { readEach } from '../files/segment-files.ts'

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

/** The bytes of a filter: all of them, or read as they are asked for. */
export type FilterBytes = Pick<Uint8Array, 'length' | 'subarray'>

/** Asks a filter for keys. Throws RangeError where the bytes are no filter. */
export class QuotientProbe {
  readonly #bytes: FilterBytes
  readonly #layout: Layout

  constructor(bytes: FilterBytes) {
    if (bytes.length < 4) throw new RangeError('a filter that ends too soon')
    this.#bytes = bytes
    this.#layout = layoutFor(uint32(bytes.subarray(0, 4), 0))
    if (bytes.length !== this.#layout.length) throw new RangeError('a filter of another length than it says')
  }

  /** Never false for a key that the filter was made of. */
  has(key: number): boolean {
    const { keys, bitsAt, lowsAt } = this.#layout
    if (keys === 0) return false
    const value = keptOf(key, keys)
    const bucket = value >>> 8
    const firstBucket = bucket - (bucket % BLOCK)
    const { before, end } = this.#keysOf(firstBucket / BLOCK)
    const firstBit = before + firstBucket
    const endBit = end + Math.min(firstBucket + BLOCK, keys)
    // Both are asked for before either is needed: where they have to be fetched, they come together.
    const [ones = NOTHING, lows = NOTHING] = readEach(
      [
        [bitsAt + (firstBit >>> 3), bitsAt + ((endBit + 7) >>> 3)],
        [lowsAt + before, lowsAt + end],
      ] as const,
      ([from, to]) => this.#bytes.subarray(from, Math.min(to, this.#layout.length)),
    )
    const block = { ones, shift: firstBit & 7, bits: endBit - firstBit }
    for (let bit = firstBitOf(bucket - firstBucket, block); isOne(bit, block); bit++) {
      if (lows[bit - (bucket - firstBucket)] === (value & 0xff)) return true
    }
    return false
  }

  /** How many keys are in the buckets before a block, and in those up to its end. */
  #keysOf(block: number): { readonly before: number; readonly end: number } {
    const { keys, bitsAt } = this.#layout
    const at = 4 + block * 4
    const header = this.#bytes.subarray(at, Math.min(at + 8, bitsAt))
    return { before: uint32(header, 0), end: header.length < 8 ? keys : uint32(header, 4) }
  }
}

const NOTHING = new Uint8Array(0)

/** The ones and zeros of the buckets of a block. */
interface BlockBits {
  /** The first bit is the one with the place `shift` in the first byte. */
  readonly ones: Uint8Array
  readonly shift: number
  readonly bits: number
}

/** Where the ones of a bucket of a block begin: behind as many zeros as there are buckets before it. */
function firstBitOf(bucket: number, block: BlockBits): number {
  let bit = 0
  let zeros = bucket
  while (zeros > 0 && bit < block.bits) {
    const at = bit + block.shift
    const inByte = 8 - (ONES[block.ones[at >>> 3] ?? 0] ?? 0)
    if ((at & 7) === 0 && inByte < zeros) {
      zeros -= inByte
      bit += 8
    } else if (!isOne(bit++, block)) zeros--
  }
  return bit
}

function isOne(bit: number, { ones, shift, bits }: BlockBits): boolean {
  const at = bit + shift
  return bit < bits && (((ones[at >>> 3] ?? 0) >>> (at & 7)) & 1) === 1
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true)
}
