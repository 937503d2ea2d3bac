import fc from 'fast-check'
import { expect, test } from 'vitest'
import { putSortableDouble, SORTABLE_DOUBLE, sortableDouble, sortableInteger } from '../src/index.ts'

const anyNumber = fc.double({ noNaN: true })

test('doubles sort in their terms as they do as numbers, in text and in bytes', () => {
  fc.assert(
    fc.property(anyNumber, anyNumber, (a, b) => {
      const [first, second] = [sortableDouble(a), sortableDouble(b)]
      if (a < b) expect(first < second).toBe(true)
      const bytes = new Uint8Array(SORTABLE_DOUBLE + 2)
      putSortableDouble(a, bytes, 1)
      expect(String.fromCharCode(...bytes)).toBe(`\0${first}\0`)
    }),
  )
})

test('integers sort in their terms as they do as numbers', () => {
  const anyInteger = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
  fc.assert(
    fc.property(anyInteger, anyInteger, (a, b) => {
      const [first, second] = [sortableInteger(String(a)), sortableInteger(String(b))]
      expect(first < second).toBe(a < b)
    }),
  )
})
