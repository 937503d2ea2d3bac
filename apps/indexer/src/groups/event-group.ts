import type { GroupLimits } from './group-limits.ts'
import { endOf, type ReadBatch } from './read-batch.ts'
import { firstToShow, type Stretch } from './show-plan.ts'

/** The next rows to show: the batches from `first` up to `last`, exclusive. */
export interface NextShow {
  readonly first: number
  readonly last: number
  readonly from: bigint | null
  readonly to: bigint
  readonly batches: readonly ReadBatch[]
}

const CELL_BYTES = 8

/** Consecutive batches of a partition that are committed as one, and how far they are shown until then. */
export class EventGroup {
  readonly batches: ReadBatch[] = []
  /** Where the partition stands before the group. */
  readonly from: bigint | null
  /** Shown before the commit; false once a show has failed: then the commit brings what is not shown. */
  showable = true
  readonly #limits: GroupLimits
  readonly #startedAt: number
  readonly #addedAt: number[] = []
  readonly #keys = new Set<string>()
  #shown: Stretch[] = []
  #rows = 0
  #bytes = 0
  #lettersSince: number | undefined

  /** @param startedAt milliseconds, of the same clock as all other times of the group */
  constructor(from: bigint | null, limits: GroupLimits, startedAt: number) {
    this.from = from
    this.#limits = limits
    this.#startedAt = startedAt
  }

  /** Whether the cells of the batch fit beside the others; a group without batches takes any. */
  takes({ events }: ReadBatch): boolean {
    if (this.batches.length === 0 || events.length === 0) return true
    const keys = new Set([...this.#keys, ...events.attributes.keys(), ...events.resource.keys()])
    return (this.#rows + events.length) * keys.size <= this.#limits.cells
  }

  add(batch: ReadBatch, now: number): void {
    const { records, events } = batch
    this.batches.push(batch)
    this.#addedAt.push(now)
    this.#rows += events.length
    for (const { bytes, deadLetters, replayed } of records) {
      this.#bytes += bytes
      if (deadLetters.length > 0 || replayed !== undefined) this.#lettersSince ??= now
    }
    for (const key of events.attributes.keys()) this.#keys.add(key)
    for (const key of events.resource.keys()) this.#keys.add(key)
  }

  get rows(): number {
    return this.#rows
  }

  /** Bytes of memory, estimated: the texts are about as long as the bodies, and a cell of a column takes up to 8 bytes. */
  get memory(): number {
    return this.#bytes + this.#cells * CELL_BYTES
  }

  get full(): boolean {
    const { rows, bytes, cells } = this.#limits
    return this.#rows >= rows || this.#bytes >= bytes || this.#cells >= cells
  }

  get to(): bigint {
    return endOf(this.batches)
  }

  /** When the group has to be committed although it is not full. */
  get sealAt(): number {
    const { millis, letterMillis } = this.#limits
    const letters = this.#lettersSince
    return Math.min(
      this.#startedAt + millis,
      letters === undefined ? Number.POSITIVE_INFINITY : letters + letterMillis,
    )
  }

  /**
   * When there is something to show, or undefined. Rows that will be sealed before or hardly after that are left to the
   * commit, at most for as long again.
   */
  get showAt(): number | undefined {
    const first = this.#firstUnshown
    const since = this.#addedAt[first]
    const last = this.#addedAt.at(-1)
    if (!this.showable || since === undefined || last === undefined) return undefined
    const { rows, showMillis } = this.#limits
    const gathered = this.#rowsFrom(first)
    const sealedAt =
      last > since ? last + ((rows - this.#rows) * (last - since)) / gathered : Number.POSITIVE_INFINITY
    return sealedAt < since + showMillis * 2 ? since + showMillis * 2 : since + showMillis
  }

  /** What is not shown, with the smaller shows right before it, so that few and larger ones stay. */
  get nextShow(): NextShow | undefined {
    if (this.isShown) return undefined
    const unshown = this.#firstUnshown
    const first = firstToShow(this.#shown, { first: unshown, rows: this.#rowsFrom(unshown) })
    return this.#showFrom(first)
  }

  /**
   * What is not shown of a group that otherwise is, by itself; undefined where there is nothing, or more than so many rows.
   */
  rest(mostRows: number): NextShow | undefined {
    const first = this.#firstUnshown
    if (!this.showable || first === 0 || this.isShown || this.#rowsFrom(first) > mostRows) return undefined
    return this.#showFrom(first)
  }

  /** Whether all of it is shown. */
  get isShown(): boolean {
    return this.#firstUnshown === this.batches.length
  }

  /** Shows that the commit will take the place of. */
  get shows(): number {
    return this.#shown.length
  }

  shown({ first, last }: NextShow): void {
    const rows = this.#rowsFrom(first) - this.#rowsFrom(last)
    this.#shown = [...this.#shown.filter((stretch) => stretch.first < first), { first, last, rows }]
  }

  #showFrom(first: number): NextShow {
    const batches = this.batches.slice(first)
    const from = first === 0 ? this.from : endOf(this.batches.slice(0, first))
    return { first, last: this.batches.length, from, to: endOf(batches), batches }
  }

  get #firstUnshown(): number {
    return this.#shown.at(-1)?.last ?? 0
  }

  get #cells(): number {
    return this.#rows * this.#keys.size
  }

  #rowsFrom(first: number): number {
    let rows = 0
    for (let index = first; index < this.batches.length; index++)
      rows += this.batches[index]?.events.length ?? 0
    return rows
  }
}
