import type { ReadProgress, ReadStats, TimeRange } from '../../port.ts'
import type { RowGroup } from '../fetch/row-groups.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'

/** Adds up what a question looks at. */
export class ReadTally {
  #rows = 0
  #bytes = 0
  readonly #segments = new Set<string>()

  /** Row groups of a segment of which some columns (by field id) are looked at. */
  add({ file }: SegmentInfo, groups: readonly RowGroup[], fields: readonly number[]): void {
    if (groups.length === 0) return
    this.#segments.add(file)
    for (const { rows, chunks } of groups) {
      this.#rows += rows
      for (const field of fields) this.#bytes += chunks.get(field)?.length ?? 0
    }
  }

  stats(): ReadStats {
    return { rows: this.#rows, bytes: this.#bytes, segments: this.#segments.size }
  }

  /** How much that is of what these segments hold. */
  progress(segments: readonly SegmentInfo[]): ReadProgress {
    const rows = segments.reduce((sum, segment) => sum + segment.rows, 0)
    return { ...this.stats(), of: { rows, segments: segments.length } }
  }
}

/** Those that can hold rows of a range: DuckDB passes over the others by the same bounds. */
export function groupsIn(groups: readonly RowGroup[], { from, to }: TimeRange): RowGroup[] {
  return groups.filter(({ times }) => times === undefined || (times.max >= from && times.min < to))
}
