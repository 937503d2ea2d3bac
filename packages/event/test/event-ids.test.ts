import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventId, eventIdValues, perValue } from '../src/index.ts'

const run = fc.record({
  batchId: fc.oneof(fc.uuid(), fc.string({ unit: 'grapheme', minLength: 1 })),
  indexes: fc.array(
    fc.oneof(fc.nat(1000), fc.integer({ min: 999_990, max: 1_000_010 }), fc.constant(2 ** 32 - 1)),
  ),
})

test('the ids of the rows of several records are those of batch id and index, as text and as bytes', () => {
  fc.assert(
    fc.property(fc.array(run), (runs) => {
      const expected = runs.flatMap(({ batchId, indexes }) => indexes.map((index) => eventId(batchId, index)))
      const values = eventIdValues(
        runs.map(({ batchId, indexes }) => ({ batchId, rows: indexes.length })),
        Uint32Array.from(runs.flatMap(({ indexes }) => indexes)),
      )
      expect(values.length).toBe(expected.length + 1)
      expect(perValue(values, (text) => text).slice(1)).toEqual(expected)
      const { bytes, starts, lengths } = values.utf8()
      const texts = expected.map((_, row) => {
        const start = starts[row + 1] ?? 0
        return Buffer.from(bytes).toString('utf8', start, start + (lengths[row + 1] ?? 0))
      })
      expect(texts).toEqual(expected)
    }),
  )
})
