import { EventBatchBuilder, LEVELS } from '@heartwood/event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countTimes, decodeTimeCounts, encodeTimeCounts } from '../src/segments/idx/time-counts.ts'

const near = fc.bigInt({ min: 1_795_392_000_000_000_000n, max: 1_795_392_004_000_000_000n })
const times = fc.oneof(
  near,
  fc.bigInt({ min: -5_000_000_000n, max: 5_000_000_000n }),
  fc.bigInt({ min: 1_795_392_000_000_000_000n, max: 1_803_392_000_000_000_000n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)
const rows = (time: fc.Arbitrary<bigint>) =>
  fc.array(fc.record({ timestamp: time, severity_number: fc.constantFrom(0, 5, 9, 17) }), {
    minLength: 1,
    maxLength: 40,
  })

function batchOf(drafts: readonly { readonly timestamp: bigint; readonly severity_number: number }[]) {
  const builder = new EventBatchBuilder()
  for (const [index, draft] of drafts.entries()) builder.add({ ...draft, id: `${index}`, observed_at: 0n })
  return builder.finish()
}

it('every event is in the count of its time and level, in buckets that do not overlap, as a file has them', () => {
  fc.assert(
    fc.property(fc.oneof(rows(near), rows(times)), fc.nat(), (drafts, cut) => {
      const from = cut % drafts.length
      const counts = countTimes(batchOf(drafts), from, drafts.length)
      if (counts === undefined) return
      const cells = decodeTimeCounts(encodeTimeCounts(counts))
      const counted = drafts.slice(from)
      const levelOf = (severity: number) =>
        severity === 0
          ? 'unknown'
          : ['debug', 'info', 'error'][(severity - 5) >> 2 > 1 ? 2 : (severity - 5) >> 2]
      for (const { start, end, level, count } of cells)
        expect(
          counted.filter(
            ({ timestamp, severity_number }) =>
              timestamp >= start && timestamp < end && levelOf(severity_number) === LEVELS[level],
          ),
        ).toHaveLength(count)
      expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(counted.length)
    }),
    { numRuns: 500 },
  )
})

it('buckets are a hundredth of a second wide where the rows are of one or two', () => {
  const counts = countTimes(
    batchOf(
      Array.from({ length: 200 }, (_, row) => ({ timestamp: BigInt(row) * 10_000_000n, severity_number: 9 })),
    ),
    0,
    200,
  )
  expect(counts?.cells).toHaveLength(200)
})
