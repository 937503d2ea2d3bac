import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bodyPool, type PooledBuffer } from '../src/body-pool.ts'

const MIB = 1024 * 1024
const KEPT_BYTES = 8 * MIB

test('however many bodies there were at once, only so much of their memory is kept for the next ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: MIB / 4, max: 3 * MIB }), { minLength: 1, maxLength: 120 }),
      (sizes) => {
        const pool = bodyPool()
        const held = sizes.map((size) => pool.take(size))
        expect(held.map(({ bytes }) => bytes.length)).toEqual(sizes)
        for (const body of held) body[Symbol.dispose]()
        expect(memoryOf(held)).toBeLessThanOrEqual(KEPT_BYTES)
        const again = pool.take(sizes[0] ?? 0)
        expect(again.bytes.length).toBe(sizes[0])
      },
    ),
    { numRuns: 30 },
  )
})

test('a body that is let go twice is given to one other body, not to two', () => {
  const pool = bodyPool()
  const first = pool.take(MIB)
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  expect(pool.take(MIB).bytes.buffer).not.toBe(pool.take(MIB).bytes.buffer)
})

/** Of bodies that were let go; memory that was given back has no bytes any more. */
function memoryOf(bodies: readonly PooledBuffer[]): number {
  return bodies.reduce((sum, { bytes }) => sum + bytes.buffer.byteLength, 0)
}
