import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EVER, query } from '../src/contract/store-under-test.ts'
import { nearestRank } from '../src/percentile-rules.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { batchOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const PERCENTILES = [0.1, 25, 50, 90, 95, 99, 99.9, 100]

it('percentiles over more numbers than can be held say how far off they are, and are not further', async () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
    fc.integer({ min: -1000, max: 1_000_000 }),
    fc.constantFrom(0, -0, 1, 1e-300, -1e-300),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 300 }), async (numbers) => {
      await using folder = await temporaryFolder()
      const { dir } = folder
      const writer = await openSegmentsWriter({ dir, retentionDays: 36_500, maxBytes: 1e9, ballastBytes: 0 })
      const events = batchOf(
        numbers.map((took, index) => ({
          id: `b-${index}`,
          timestamp: MIDNIGHT,
          observed_at: MIDNIGHT,
          message: '',
          source: 'json',
          attributes: { took },
        })),
      )
      await writer.append({ partition: 0, from: null, to: 1n, events, deadLetters: [], batches: [] })
      await writer.close()
      const reader = await openSegmentsReader({ dir, exactRows: 0 })
      try {
        const { relativeError, groups } = await reader.percentiles({
          query: query('*'),
          range: EVER,
          field: 'took',
          percentiles: PERCENTILES,
        })
        expect(relativeError).toBe(0.01)
        expect(groups.map(({ value, count }) => ({ value, count }))).toEqual([
          { value: '', count: numbers.length },
        ])
        const ascending = numbers.toSorted((a, b) => a - b)
        for (const [index, percentile] of PERCENTILES.entries()) {
          const found = groups[0]?.percentiles[index] ?? Number.NaN
          const exact = ascending[nearestRank(percentile, numbers.length) - 1] ?? Number.NaN
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * relativeError)
        }
      } finally {
        await reader.close()
      }
    }),
    { numRuns: 25 },
  )
}, 60_000)
