export interface RingItem {
  readonly id: string
  /** About how many characters it holds. */
  readonly weight: number
}

export interface RingLimits {
  readonly items: number
  /** Of all items together; a single one may be heavier. */
  readonly weight: number
}

/**
 * The newest of what came, as much as fits, each under a number that rises by one from item to item. Adding an item and
 * finding one by its number or its id cost the same however many there are.
 */
export class TailRing<Item extends RingItem> {
  readonly #limits: RingLimits
  readonly #slots: (Item | undefined)[] = []
  readonly #numbers = new Map<string, number>()
  #next = 0
  #size = 0
  #weight = 0

  constructor(limits: RingLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#size
  }

  /** The number of the newest item, one below its first number while there was none. */
  get newest(): number {
    return this.#next - 1
  }

  /** Adds an item whose id is not there yet; gives what is let go for it, oldest first. */
  push(item: Item): Item[] {
    const letGo: Item[] = []
    while (
      this.#size > 0 &&
      (this.#size >= this.#limits.items || this.#weight + item.weight > this.#limits.weight)
    )
      letGo.push(this.#letOldestGo())
    this.#put(item)
    return letGo
  }

  /** Undefined for what was let go, and for what has not come. */
  at(number: number): Item | undefined {
    if (number >= this.#next || number < this.#next - this.#size) return undefined
    return this.#slots[number % this.#limits.items]
  }

  numberOf(id: string): number | undefined {
    return this.#numbers.get(id)
  }

  /** Oldest first. */
  items(): Item[] {
    return Array.from({ length: this.#size }, (_, index) => this.at(this.#next - this.#size + index)).filter(
      (item) => item !== undefined,
    )
  }

  /** Holds these instead of what it holds, oldest first; their numbers are new ones. */
  replace(items: readonly Item[]): void {
    this.#slots.length = 0
    this.#numbers.clear()
    this.#size = 0
    this.#weight = 0
    for (const item of items) this.push(item)
  }

  #put(item: Item): void {
    this.#slots[this.#next % this.#limits.items] = item
    this.#numbers.set(item.id, this.#next++)
    this.#size++
    this.#weight += item.weight
  }

  #letOldestGo(): Item {
    const slot = (this.#next - this.#size) % this.#limits.items
    const item = this.#slots[slot]
    if (item === undefined) throw new Error('a ring has no item where its oldest stands')
    this.#slots[slot] = undefined
    this.#numbers.delete(item.id)
    this.#size--
    this.#weight -= item.weight
    return item
  }
}
