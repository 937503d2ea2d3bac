import { BATCH_HASH_BYTES } from './batch-hash.ts'

const WORDS = BATCH_HASH_BYTES / 4

/** A set of 128-bit hashes in one flat array, 32 to 64 bytes each: a Set of strings needs several times that. */
export class HashSet {
  #table: Uint32Array
  #mask: number
  #size = 0

  constructor(capacity = 64) {
    let slots = 64
    while (slots < capacity * 2) slots *= 2
    this.#table = new Uint32Array(slots * WORDS)
    this.#mask = slots - 1
  }

  get size(): number {
    return this.#size
  }

  has(hash: Uint8Array): boolean {
    const words = wordsOf(hash)
    return this.#holds(this.#slot(words), words)
  }

  add(hash: Uint8Array): void {
    if ((this.#size + 1) * 2 > this.#mask + 1) this.#grow()
    this.#insert(wordsOf(hash))
  }

  #insert(words: Uint32Array): void {
    const slot = this.#slot(words)
    if (this.#holds(slot, words)) return
    this.#table.set(words, slot)
    this.#size++
  }

  /** Where the hash is, or the empty slot where it would be. */
  #slot(words: Uint32Array): number {
    for (let probe = words[0] ?? 0; ; probe++) {
      const at = (probe & this.#mask) * WORDS
      if (this.#isEmpty(at) || this.#holds(at, words)) return at
    }
  }

  #isEmpty(at: number): boolean {
    const table = this.#table
    return table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0
  }

  #holds(at: number, words: Uint32Array): boolean {
    const table = this.#table
    return (
      table[at] === words[0] &&
      table[at + 1] === words[1] &&
      table[at + 2] === words[2] &&
      table[at + 3] === words[3]
    )
  }

  #grow(): void {
    const old = this.#table
    this.#table = new Uint32Array(old.length * 2)
    this.#mask = this.#mask * 2 + 1
    this.#size = 0
    for (let at = 0; at < old.length; at += WORDS) {
      const words = old.subarray(at, at + WORDS)
      if (words.some((word) => word !== 0)) this.#insert(words)
    }
  }
}

/** As little-endian words; all zeros, which would look like an empty slot, becomes one. */
function wordsOf(hash: Uint8Array): Uint32Array {
  const view = new DataView(hash.buffer, hash.byteOffset, BATCH_HASH_BYTES)
  const words = Uint32Array.from({ length: WORDS }, (_, word) => view.getUint32(word * 4, true))
  if (words.every((word) => word === 0)) words[0] = 1
  return words
}
