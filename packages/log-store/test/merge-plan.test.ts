import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinedSummary } from '../src/segments/append/segment-summary.ts'
import type { SegmentInfo } from '../src/segments/manifest/manifest-format.ts'
import { MERGE_LIMITS, type Merge, type MergeLimits, mergesDue } from '../src/segments/merge/merge-plan.ts'
import { MIDNIGHT } from './segments/store-content.ts'

const SECOND = 1_000_000_000n
const HOUR = 3600n * SECOND
const LIMITS: MergeLimits = { ...MERGE_LIMITS, maxRows: 10_000, maxBytes: 1e6, maxCells: 200_000, fanIn: 4 }
const FEW_FIELDS = [1, 2, 3]

interface Shape {
  readonly rows: number
  readonly fields?: readonly number[]
  /** When its rows are of and came in, and how long it took. */
  readonly from?: bigint
  readonly lasts?: bigint
  readonly row_groups?: number
  readonly bytes?: number
}

let names = 0

function segment({ rows, fields = FEW_FIELDS, from = MIDNIGHT, lasts = 0n, ...more }: Shape): SegmentInfo {
  return {
    file: `${String(++names).padStart(6, '0')}.parquet`,
    format: 1,
    bytes: rows * 30,
    crc: 0,
    rows,
    weight: rows,
    min_time: from,
    max_time: from + lasts,
    min_receipt: from,
    max_receipt: from + lasts,
    fields: [...fields],
    counts: { unit: 1, cells: [Number(from / SECOND), 3, rows] },
    ...more,
  }
}

function range(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, index) => first + index)
}

/** Segments as an indexer seals them: one a time step, one row group of so many rows each. */
function sealed(count: number, rows: number, every = 10n * SECOND): SegmentInfo[] {
  return range(count).map((index) => segment({ rows, from: MIDNIGHT + BigInt(index) * every, lasts: every }))
}

/** What a merge makes of its inputs. */
function outcome({ kind, inputs }: Merge): SegmentInfo {
  const row_groups = kind === 'copy' ? inputs.reduce((sum, input) => sum + (input.row_groups ?? 1), 0) : 1
  return {
    ...segment({ rows: 1 }),
    ...joinedSummary(inputs),
    bytes: inputs.reduce((sum, { bytes }) => sum + bytes, 0),
    fields: [...new Set(inputs.flatMap(({ fields }) => fields))],
    row_groups,
  }
}

/** Takes in segments one by one, merging whatever is due; gives what is left and how often rows were worked on. */
function ingest(arriving: readonly SegmentInfo[], limits: MergeLimits) {
  const live = new Set<SegmentInfo>()
  const work = { decode: 0, copy: 0 }
  let most = 0
  for (const arrived of arriving) {
    live.add(arrived)
    for (let [due] = mergesDue(live, limits, arrived.max_receipt); due !== undefined; ) {
      const merged = outcome(due)
      for (const input of due.inputs) live.delete(input)
      live.add(merged)
      work[due.kind] += merged.rows
      ;[due] = mergesDue(live, limits, arrived.max_receipt)
    }
    most = Math.max(most, live.size)
  }
  return { live: [...live], most, work }
}

/** Segments of ordinary senders, and of some that make keys out of data, small and large, here and there. */
const segments = fc.array(
  fc
    .record({
      rows: fc.oneof(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 16_384, max: 65_536 })),
      first: fc.nat(2000),
      width: fc.integer({ min: 1, max: 800 }),
      minutes: fc.nat(48 * 60),
      groups: fc.constantFrom(1, 1, 3, 9, 30),
    })
    .map(({ rows, first, width, minutes, groups }) => {
      const from = MIDNIGHT + BigInt(minutes) * 60n * SECOND
      const row_groups = rows < 16_384 ? 1 : groups
      return segment({ rows: rows * row_groups, fields: range(width, first), from, row_groups })
    }),
  { maxLength: 60 },
)

describe('a merge', () => {
  it('never goes over a limit, joins only segments of a day, and none twice, whatever there is', () => {
    fc.assert(
      fc.property(segments, fc.boolean(), (all, settled) => {
        const limits = { ...LIMITS, maxBytes: 1e8, maxChunks: 20_000 }
        const due = mergesDue(all, limits, MIDNIGHT + (settled ? 60n : 1n) * HOUR)
        const inputs = due.flatMap((merge) => merge.inputs)
        expect(new Set(inputs).size).toBe(inputs.length)
        for (const merge of due) {
          const { rows, fields, bytes, row_groups = 1, min_time, max_time } = outcome(merge)
          expect(merge.inputs.length).toBeGreaterThan(1)
          expect(bytes).toBeLessThanOrEqual(limits.maxBytes)
          expect(min_time / (24n * HOUR)).toBe(max_time / (24n * HOUR))
          if (merge.kind === 'decode') {
            expect(rows).toBeLessThanOrEqual(limits.maxRows)
            expect(rows * fields.length).toBeLessThanOrEqual(limits.maxCells)
          } else {
            expect(row_groups).toBeLessThanOrEqual(limits.maxGroups)
            expect(row_groups * fields.length).toBeLessThanOrEqual(limits.maxChunks)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('always saves segments, so that tidying comes to an end', () => {
    fc.assert(
      fc.property(segments, fc.boolean(), (all, settled) => {
        const live = new Set(all)
        const now = MIDNIGHT + (settled ? 60n : 1n) * HOUR
        for (let round = 0; ; round++) {
          const [due] = mergesDue(live, { ...LIMITS, maxBytes: 1e8 }, now)
          if (due === undefined) break
          for (const input of due.inputs) live.delete(input)
          live.add(outcome(due))
          expect(round).toBeLessThan(all.length)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('large segments', () => {
  it('are copied about twice in their life, into files of up to 32 row groups that cover a stretch of time', () => {
    const { live, most, work } = ingest(sealed(400, 60_000), MERGE_LIMITS)
    expect(work.decode).toBe(0)
    expect(work.copy / (400 * 60_000)).toBeLessThanOrEqual(2)
    const full = live.filter(({ row_groups = 1 }) => row_groups >= 28)
    expect(full.length).toBeGreaterThanOrEqual(12)
    expect(most).toBeLessThan(400 / 28 + 16)
    const inOrder = live.toSorted((a, b) => (a.min_time < b.min_time ? -1 : 1))
    for (const [index, { min_time }] of inOrder.entries()) {
      expect(min_time).toBeGreaterThanOrEqual(inOrder[index - 1]?.max_time ?? 0n)
    }
  })

  it('that are an hour apart are left apart, also when nothing more comes', () => {
    const apart = sealed(5, 60_000, 2n * HOUR).map((one) => ({ ...one, max_time: one.min_time + SECOND }))
    expect(mergesDue(apart, MERGE_LIMITS, MIDNIGHT + 40n * HOUR)).toEqual([])
    const near = sealed(5, 60_000)
    expect(mergesDue(near, MERGE_LIMITS, MIDNIGHT + 40n * HOUR)).toEqual([{ kind: 'copy', inputs: near }])
  })

  it('come in the order of their newest rows, so that a late row does not place its segment', () => {
    const all = sealed(8, 60_000)
    const late = all.map((one, index) => (index === 5 ? { ...one, min_time: MIDNIGHT } : one))
    expect(mergesDue(late.toReversed(), MERGE_LIMITS, MIDNIGHT)).toEqual([{ kind: 'copy', inputs: late }])
  })

  it('with counts that cannot be added up are left alone', () => {
    const old = sealed(8, 60_000).map((one) => ({
      ...one,
      counts: { unit: 3_155_760_000, cells: [0, 3, 60_000] },
    }))
    expect(mergesDue(old, MERGE_LIMITS, MIDNIGHT)).toEqual([])
  })
})

describe('small segments', () => {
  it.each([
    [40, 2.1],
    [700, 2.1],
    [5000, 1.1],
    [16_000, 1.1],
  ])('of %i rows are decoded about twice at most, then copied', (rows, decoded) => {
    const count = Math.ceil(2_000_000 / rows)
    const { most, work } = ingest(sealed(Math.min(count, 3000), rows, SECOND), MERGE_LIMITS)
    const total = Math.min(count, 3000) * rows
    expect(work.decode / total).toBeLessThanOrEqual(decoded)
    expect(work.copy / total).toBeLessThanOrEqual(2)
    expect(most).toBeLessThan(120)
  })

  it('with the same few columns are merged up to the limit of rows', () => {
    const same = sealed(8, 1000)
    expect(mergesDue(same, LIMITS, MIDNIGHT)).toEqual([{ kind: 'decode', inputs: same }])
  })

  it('that each bring columns of their own are merged while their cells fit', () => {
    const wide = range(8).map((index) => segment({ rows: 100, fields: range(100, index * 100) }))
    expect(mergesDue(wide, LIMITS, MIDNIGHT).map(({ inputs }) => inputs.length)).toEqual([4, 4])
  })

  it('that are wide do not keep narrow ones of their size from being merged', () => {
    const wide = range(3).map(() => segment({ rows: 300, fields: range(300) }))
    const narrow = range(4).map(() => segment({ rows: 300 }))
    expect(mergesDue([...wide, ...narrow], LIMITS, MIDNIGHT)).toContainEqual({
      kind: 'decode',
      inputs: narrow,
    })
  })

  it('of a day that gets no more are merged whatever their sizes', () => {
    const sizes = [10, 200, 3000, 50].map((rows) => segment({ rows }))
    expect(mergesDue(sizes, LIMITS, MIDNIGHT)).toEqual([])
    const [due] = mergesDue(sizes, LIMITS, MIDNIGHT + 2n * HOUR)
    expect(new Set(due?.inputs)).toEqual(new Set(sizes))
  })
})
