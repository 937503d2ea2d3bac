import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeInTurns } from '../src/take-in-turns.ts'

test('every item is taken once and in order, and not more than three times as many are offered as there are', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (count, mosts) => {
      const items = Array.from({ length: count }, (_, index) => index)
      const taken: number[] = []
      let offers = 0
      let offered = 0
      takeInTurns(items, (some) => {
        offered += some.length
        const part = some.slice(0, mosts[offers++ % mosts.length])
        taken.push(...part)
        return part.length
      })
      expect(taken).toEqual(items)
      expect(offered).toBeLessThanOrEqual(3 * count)
    }),
  )
})
