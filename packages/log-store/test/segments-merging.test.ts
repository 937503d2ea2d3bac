import { expect, it } from 'vitest'
import type { SegmentInfo } from '../src/segments/manifest-format.ts'
import { segmentsToMerge } from '../src/segments/merge-plan.ts'

const LIMITS = { maxRows: 131_072, maxBytes: 64e6, maxCells: 16_000_000, fanIn: 8 }

/** Segments of one day, each with `columns` fields; `from` is the first field. */
function segments(count: number, shape: { rows: number; columns: number; from?: (n: number) => number }) {
  return Array.from({ length: count }, (_, n): SegmentInfo => {
    const first = shape.from?.(n) ?? 0
    return {
      file: `${shape.columns}-${shape.rows}-${n}.parquet`,
      bytes: 1000,
      crc: 0,
      fields: Array.from({ length: shape.columns }, (_, column) => first + column),
      format: 1,
      rows: shape.rows,
      weight: shape.rows,
      min_time: 0n,
      max_time: 1n,
      min_receipt: 0n,
      max_receipt: 1n,
      counts: { unit: 1, cells: [] },
    }
  })
}

const cells = (merged: readonly SegmentInfo[]) =>
  merged.reduce((sum, { rows }) => sum + rows, 0) * new Set(merged.flatMap(({ fields }) => fields)).size

it.each([
  { age: 'fresh', now: 2n },
  { age: 'settled', now: 10n ** 15n },
])(
  'a merge of $age segments never makes more cells than fit into memory, however their keys differ',
  ({ now }) => {
    const odd = segments(100, { rows: 2_000, columns: 100, from: (n) => n * 100 })
    const merged = segmentsToMerge(odd, LIMITS, now)
    expect(merged?.length ?? 0).toBeGreaterThan(1)
    expect(cells(merged ?? [])).toBeLessThanOrEqual(LIMITS.maxCells)
  },
)

it('segments with a thousand columns neither join narrow ones nor keep these from being merged', () => {
  const wide = segments(8, { rows: 5_000, columns: 1_000 })
  const narrow = segments(8, { rows: 5_000, columns: 12 })
  expect(segmentsToMerge([...wide, ...narrow], LIMITS, 2n)).toEqual(narrow)
})
