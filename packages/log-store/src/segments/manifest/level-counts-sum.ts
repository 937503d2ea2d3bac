import { LEVELS } from '@heartwood/event'
import { LADDER, type LevelCounts } from './level-counts.ts'

/** Of counts that were added up; a file that holds the rows of many may say more of them. */
const MAX_CELLS = 256

/** Whether counts can be added up: on every step of the ladder that is at least theirs, buckets fall into buckets. */
export function areSummable(counts: LevelCounts | undefined): boolean {
  return counts !== undefined && LADDER.some((unit) => unit === counts.unit)
}

/**
 * The counts of all rows of some segments, without reading any: on the finest step of the ladder that all of them have
 * and that stays small. Undefined where one is not summable.
 */
export function sumLevelCounts(all: readonly (LevelCounts | undefined)[]): LevelCounts | undefined {
  const known = all.filter((counts) => counts !== undefined)
  if (known.length < all.length || !known.every(areSummable)) return undefined
  const coarsest = Math.max(...known.map(({ unit }) => unit))
  let last: LevelCounts | undefined
  for (const unit of LADDER) {
    if (unit < coarsest) continue
    last = sumAt(known, unit)
    if (last.cells.length / 3 <= MAX_CELLS) return last
  }
  return last
}

function sumAt(all: readonly LevelCounts[], unit: number): LevelCounts {
  const sums = new Map<number, number>()
  for (const counts of all) {
    const { cells } = counts
    let bucket = 0
    for (let i = 0; i + 2 < cells.length; i += 3) {
      bucket += cells[i] ?? 0
      const key = Math.floor((bucket * counts.unit) / unit) * LEVELS.length + (cells[i + 1] ?? 0)
      sums.set(key, (sums.get(key) ?? 0) + (cells[i + 2] ?? 0))
    }
  }
  const cells: number[] = []
  let before = 0
  for (const [key, count] of [...sums].sort(([a], [b]) => a - b)) {
    const bucket = Math.floor(key / LEVELS.length)
    cells.push(bucket - before, key - bucket * LEVELS.length, count)
    before = bucket
  }
  return { unit, cells }
}
