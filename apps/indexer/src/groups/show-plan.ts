/** Batches of a group that are shown together: from `first` up to `last`, exclusive. */
export interface Stretch {
  readonly first: number
  readonly last: number
  readonly rows: number
}

/**
 * Where the next show begins. It takes the place of the stretches right before it that have no more rows than what it
 * has without them: as when one is added to a binary number. So of n shows about log2(n) stand at any time, and a row is
 * shown about log2(n) times at most.
 */
export function firstToShow(shown: readonly Stretch[], gathered: Omit<Stretch, 'last'>): number {
  let { first, rows } = gathered
  for (const stretch of shown.toReversed()) {
    if (stretch.rows > rows) break
    first = stretch.first
    rows += stretch.rows
  }
  return first
}
