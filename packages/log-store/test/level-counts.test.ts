import { EventBatchBuilder, LEVELS, levelOfSeverity } from '@heartwood/event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { timeBounds, timeOffsets } from '../src/segments/append/time-offsets.ts'
import { cellsOf, countLevels } from '../src/segments/manifest/level-counts.ts'

const anyTime = fc.oneof(
  fc.bigInt({ min: 1_795_392_000_000_000_000n, max: 1_795_392_900_000_000_000n }),
  fc.bigInt({ min: -200_000_000_000n, max: 200_000_000_000n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)
/** All near each other, or anywhere. */
const someTimes = fc.oneof(
  fc.array(fc.bigInt({ min: 1_795_392_000_000_000_000n, max: 1_795_392_900_000_000_000n }), {
    minLength: 1,
    maxLength: 200,
  }),
  fc.array(anyTime, { minLength: 1, maxLength: 30 }),
)

it('every event is in the count of its time and level, whatever its time, in at most 96 counts', () => {
  fc.assert(
    fc.property(someTimes, (times) => {
      const builder = new EventBatchBuilder()
      for (const [index, timestamp] of times.entries())
        builder.add({ id: `${index}`, timestamp, observed_at: 0n, severity_number: (index * 4) % 25 })
      const cells = cellsOf(countLevels(builder.finish()))
      expect(cells.length).toBeLessThanOrEqual(96)
      for (const { start, end, level, count } of cells)
        expect(
          times.filter(
            (time, index) =>
              time >= start && time < end && levelOfSeverity((index * 4) % 25) === LEVELS[level],
          ),
        ).toHaveLength(count)
      expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(times.length)
    }),
    { numRuns: 500 },
  )
})

it('times as distances give the times again, or nothing where a double would not', () => {
  fc.assert(
    fc.property(someTimes, anyTime, (times, base) => {
      const values = BigInt64Array.from(times)
      const isFar = times.some((time) => {
        const distance = time - base
        return (distance < 0n ? -distance : distance) > BigInt(Number.MAX_SAFE_INTEGER)
      })
      const offsets = timeOffsets(values, base)
      expect(offsets === undefined).toBe(isFar)
      if (offsets !== undefined) expect(Array.from(offsets, (offset) => base + BigInt(offset))).toEqual(times)
      const sorted = times.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      expect(timeBounds(values)).toEqual({ min: sorted[0], max: sorted.at(-1) })
    }),
    { numRuns: 500 },
  )
})
