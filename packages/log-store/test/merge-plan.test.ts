import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SegmentInfo } from '../src/segments/manifest-format.ts'
import { type MergeLimits, segmentsToMerge } from '../src/segments/merge-plan.ts'
import { MIDNIGHT } from './segments/store-content.ts'

const LIMITS: MergeLimits = { maxRows: 10_000, maxBytes: 1_000_000, maxCells: 200_000, fanIn: 4 }

function segment(name: number, rows: number, fields: readonly number[]): SegmentInfo {
  return {
    file: `${name}.parquet`,
    format: 1,
    bytes: rows * 30,
    crc: 0,
    rows,
    weight: rows,
    min_time: MIDNIGHT,
    max_time: MIDNIGHT,
    min_receipt: MIDNIGHT,
    max_receipt: MIDNIGHT,
    fields: [...fields],
  }
}

/** Segments of ordinary senders, and of some that make keys out of data. */
const segments = fc.array(
  fc.record({
    rows: fc.integer({ min: 1, max: 4000 }),
    first: fc.nat(2000),
    width: fc.integer({ min: 1, max: 800 }),
  }),
  { maxLength: 40 },
)

test('a merge never holds more rows, bytes or cells than its limits, whatever the segments', () => {
  fc.assert(
    fc.property(segments, fc.boolean(), (shapes, settled) => {
      const all = shapes.map(({ rows, first, width }, index) =>
        segment(
          index,
          rows,
          Array.from({ length: width }, (_, field) => first + field),
        ),
      )
      const now = MIDNIGHT + (settled ? 7_200_000_000_000n : 0n)
      const chosen = segmentsToMerge(all, LIMITS, now) ?? []
      const rows = chosen.reduce((sum, one) => sum + one.rows, 0)
      const fields = new Set(chosen.flatMap((one) => one.fields))
      expect(rows).toBeLessThanOrEqual(LIMITS.maxRows)
      expect(rows * 30).toBeLessThanOrEqual(LIMITS.maxBytes)
      expect(rows * fields.size).toBeLessThanOrEqual(LIMITS.maxCells)
    }),
    { numRuns: 500 },
  )
})

test('segments with the same few columns are merged up to the limit of rows', () => {
  const same = Array.from({ length: 8 }, (_, index) => segment(index, 1000, [1, 2, 3]))
  expect(segmentsToMerge(same, LIMITS, MIDNIGHT)).toHaveLength(8)
})

test('segments that each bring columns of their own are merged while their cells fit', () => {
  const wide = Array.from({ length: 8 }, (_, index) =>
    segment(
      index,
      100,
      Array.from({ length: 100 }, (_, field) => index * 100 + field),
    ),
  )
  expect(segmentsToMerge(wide, LIMITS, MIDNIGHT)).toHaveLength(4)
})

test('segments too wide to be merged do not keep narrow ones of their size from it', () => {
  const wide = Array.from({ length: 4 }, (_, index) =>
    segment(
      index,
      300,
      Array.from({ length: 300 }, (_, field) => field),
    ),
  )
  const narrow = Array.from({ length: 4 }, (_, index) => segment(10 + index, 300, [1, 2, 3]))
  expect(segmentsToMerge([...wide, ...narrow], LIMITS, MIDNIGHT)).toEqual(narrow)
})
