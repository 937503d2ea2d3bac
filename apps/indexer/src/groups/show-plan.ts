/** Batches of a group that are shown together: from `first` up to `last`, exclusive. */
export interface Stretch {
  readonly first: number
  readonly last: number
  readonly rows: number
}

/** More are not joined: what takes long to show keeps the next rows waiting, and writes the others once more. */
export const MOST_JOINED = 8_192

/**
 * Where the next show begins. It takes the place of the stretches right before it that have no more rows than what it
 * has without them: as when one is added to a binary number. So of n shows about log2(n) stand at any time, and a row is
 * shown about log2(n) times at most. Where that would make more than `MOST_JOINED` rows, those before stay: so two
 * neighbours have more than that together, or the first has more than the second.
 */
export function firstToShow(shown: readonly Stretch[], gathered: Omit<Stretch, 'last'>): number {
  let { first, rows } = gathered
  for (const stretch of shown.toReversed()) {
    if (stretch.rows > rows || stretch.rows + rows > MOST_JOINED) break
    first = stretch.first
    rows += stretch.rows
  }
  return first
}
