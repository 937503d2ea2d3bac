import { spread } from './term-hash.ts'

const RECENT = 2048
/** Distinct terms of a row group above which a list holds no more. */
const MAX_TERMS = 1 << 20
const BUCKETS = 256

/**
 * Collects terms that mostly come again and again. One that was added a moment ago costs a look into a small table; the
 * others are written down, which is faster than looking each up in a large table, and told apart part by part in the end.
 */
export class TermList {
  #list: Uint32Array
  #length = 0
  #overflown = false
  readonly #recent = new Uint32Array(RECENT)

  constructor(expected: number) {
    this.#list = new Uint32Array(Math.max(1024, expected))
    this.forgetRecent()
  }

  /** Whether there were too many to hold: what was added since is not here. */
  get overflown(): boolean {
    return this.#overflown
  }

  /** False where the term was added a moment ago. */
  add(term: number): boolean {
    const recent = this.#recent
    const place = (term ^ (term >>> 15)) & (RECENT - 1)
    if (recent[place] === term >>> 0) return false
    recent[place] = term
    if (this.#length === this.#list.length) this.#makeRoom()
    this.#list[this.#length++] = spread(term)
    return true
  }

  /** From here on no term was added a moment ago. */
  forgetRecent(): void {
    this.#recent.fill(0)
    // Else the term 0, whose place this is, would look as if it had been added.
    this.#recent[0] = 1
  }

  /** The terms as `spread` gives them, each once, in the order of their upper bits. */
  distinct(): Uint32Array {
    this.#length = distinctByBucket(this.#list.subarray(0, this.#length))
    return this.#list.subarray(0, this.#length)
  }

  #makeRoom(): void {
    this.distinct()
    if (this.#length > MAX_TERMS) this.#overflown = true
    if (this.#overflown) this.#length = 0
    if (this.#length * 2 <= this.#list.length) return
    const larger = new Uint32Array(this.#list.length * 2)
    larger.set(this.#list.subarray(0, this.#length))
    this.#list = larger
  }
}

/** Leaves each term of a list once, ordered by its upper bits, and gives how many there are. */
function distinctByBucket(list: Uint32Array): number {
  const ends = new Uint32Array(BUCKETS + 1)
  for (let i = 0; i < list.length; i++) {
    const bucket = ((list[i] ?? 0) >>> 24) + 1
    ends[bucket] = (ends[bucket] ?? 0) + 1
  }
  let largest = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = ends[bucket + 1] ?? 0
    if (count > largest) largest = count
    ends[bucket + 1] = (ends[bucket] ?? 0) + count
  }
  const sorted = new Uint32Array(list.length)
  const next = ends.slice()
  for (let i = 0; i < list.length; i++) {
    const term = list[i] ?? 0
    const at = next[term >>> 24] ?? 0
    sorted[at] = term
    next[term >>> 24] = at + 1
  }
  let slots = 64
  while (slots < largest * 2) slots *= 2
  const table = new Uint32Array(slots)
  let size = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    table.fill(0)
    size = keepDistinct(sorted, ends[bucket] ?? 0, ends[bucket + 1] ?? 0, table, list, size)
  }
  return size
}

/** Writes the distinct ones of `from` to `to` behind the `size` first of `kept`. */
function keepDistinct(
  terms: Uint32Array,
  from: number,
  to: number,
  table: Uint32Array,
  kept: Uint32Array,
  size: number,
): number {
  const mask = table.length - 1
  let hasZero = false
  let end = size
  for (let i = from; i < to; i++) {
    const term = terms[i] ?? 0
    if (term === 0) {
      if (!hasZero) kept[end++] = 0
      hasZero = true
      continue
    }
    let slot = term & mask
    while (table[slot] !== 0 && table[slot] !== term) slot = (slot + 1) & mask
    if (table[slot] === term) continue
    table[slot] = term
    kept[end++] = term
  }
  return end
}
