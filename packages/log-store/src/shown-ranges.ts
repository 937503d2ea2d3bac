/** What was shown of (from, to] of a partition. */
export interface ShownRange<T> {
  readonly from: bigint | null
  readonly to: bigint
  readonly shown: T
}

/**
 * What is shown and not committed, by partition: which show may follow, and what takes the place of what. The rules
 * are those of `LogWriter.show`; writers and readers keep one each and so agree on what counts.
 */
export class ShownRanges<T> {
  readonly #partitions = new Map<number, ShownRange<T>[]>()

  /** Whether a show may begin at `from`, with the partition committed to `committed`. */
  follows(partition: number, from: bigint | null, committed: bigint | null): boolean {
    if (from === committed) return true
    if (isBefore(from, committed)) return false
    return this.of(partition).some((range) => range.from === from || range.to === from)
  }

  /** Adds a range and gives those whose place it takes. */
  add(partition: number, range: ShownRange<T>): ShownRange<T>[] {
    const ranges = this.#partitions.get(partition) ?? []
    this.#partitions.set(partition, ranges)
    let kept = ranges.length
    while (kept > 0 && !isBefore(ranges[kept - 1]?.from ?? null, range.from)) kept--
    const superseded = ranges.splice(kept)
    ranges.push(range)
    return superseded
  }

  /** Takes out the ranges that hold something at or before a committed position, and gives them. */
  commit(partition: number, to: bigint | null): ShownRange<T>[] {
    const { left = [], covered = [] } = Object.groupBy(this.of(partition), ({ from }) =>
      isBefore(from, to) ? 'covered' : 'left',
    )
    this.#partitions.set(partition, left)
    return covered
  }

  clear(): void {
    this.#partitions.clear()
  }

  /** The ranges of a partition, oldest first. */
  of(partition: number): readonly ShownRange<T>[] {
    return this.#partitions.get(partition) ?? []
  }

  /** Those of all partitions. */
  *all(): Generator<ShownRange<T> & { readonly partition: number }> {
    for (const [partition, ranges] of this.#partitions) {
      for (const range of ranges) yield { partition, ...range }
    }
  }
}

/** The ranges that hold nothing at or before what is committed: those that count. */
export function* shownBehind<T>(
  ranges: ShownRanges<T>,
  positions: ReadonlyMap<number, bigint>,
): Generator<ShownRange<T>> {
  for (const range of ranges.all()) {
    if (!isBefore(range.from, positions.get(range.partition) ?? null)) yield range
  }
}

/** The order of positions, with the start of the partition (null) before all others. */
function isBefore(a: bigint | null, b: bigint | null): boolean {
  if (b === null) return false
  return a === null || a < b
}
