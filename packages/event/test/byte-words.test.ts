import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyBytes, viewOf } from '../src/index.ts'

test('bytes of any length are copied from any place to any other, and none beside them', () => {
  const place = fc.nat({ max: 20 })
  const length = fc.oneof(fc.nat({ max: 40 }), fc.integer({ min: 500, max: 530 }))
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 550, maxLength: 600 }),
      place,
      place,
      length,
      (from, start, at, length) => {
        const to = new Uint8Array(600).fill(0xaa)
        copyBytes(viewOf(from), start, viewOf(to), at, length)
        const expected = new Uint8Array(600).fill(0xaa)
        expected.set(from.subarray(start, start + length), at)
        expect(to).toEqual(expected)
      },
    ),
    { numRuns: 300 },
  )
})
