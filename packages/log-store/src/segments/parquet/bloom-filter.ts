import { ByteSink } from './byte-sink.ts'
import { ThriftStruct } from './thrift-struct.ts'
import { XxHash64 } from './xxhash64.ts'

const SALT = Uint32Array.of(
  0x47b6137b,
  0x44974d91,
  0x8824ad5b,
  0xa2b7289d,
  0x705495c7,
  0x2df1424b,
  0x9efc4947,
  0x5c6bfb31,
)
const WORDS_PER_BLOCK = 8
const BLOCK_BYTES = 32
const MAX_BYTES = 1024 * 1024
/**
 * Of the values that are not there, the share that looks as if it were in a filter of just the right size. Filters are as
 * large as a power of two below that: up to a tenth. Questions of the product ask the index, which is better; this one is
 * for other tools.
 */
const FALSE_POSITIVES = 0.01

/**
 * Parquet's split block Bloom filter over XXH64.
 * https://github.com/apache/parquet-format/blob/master/BloomFilter.md
 */
export class BloomFilter {
  readonly #words: Uint32Array
  readonly #blocks: number
  readonly #hasher = new XxHash64()

  /** Made for so many distinct values. */
  constructor(distinct: number) {
    // 8 hash functions, one for each word of a block; the size must be a power of two.
    const bits = (-8 * distinct) / Math.log(1 - FALSE_POSITIVES ** (1 / 8))
    let bytes = BLOCK_BYTES
    while (bytes * 16 <= bits && bytes < MAX_BYTES) bytes *= 2
    this.#words = new Uint32Array(bytes / 4)
    this.#blocks = bytes / BLOCK_BYTES
  }

  /** Adds the value whose bytes these are, without its length. */
  add(bytes: Uint8Array, from: number, to: number): void {
    const hasher = this.#hasher
    hasher.hash(bytes, from, to)
    // High half times blocks, shifted right by 32; blocks are at most 2^15, so a double holds it.
    const block = Math.floor(((hasher.high >>> 0) * this.#blocks) / 0x1_0000_0000)
    for (let i = 0; i < WORDS_PER_BLOCK; i++) {
      const at = block * WORDS_PER_BLOCK + i
      this.#words[at] = (this.#words[at] ?? 0) | (1 << (Math.imul(hasher.low, SALT[i] ?? 0) >>> 27))
    }
  }

  /** Header and bits as they stand in the file. */
  bytes(): Uint8Array {
    const choice = () => new ThriftStruct().struct(1, new ThriftStruct())
    const header = new ThriftStruct()
      .i32(1, this.#words.byteLength)
      .struct(2, choice())
      .struct(3, choice())
      .struct(4, choice())
    const sink = new ByteSink()
    sink.append(header.bytes())
    for (const word of this.#words) sink.u32(word)
    return sink.bytes()
  }
}
