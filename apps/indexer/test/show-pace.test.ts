import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ShowPace } from '../src/groups/show-pace.ts'

test('a thread that showed little may show often for a while, as when a group is sealed', () => {
  const pace = new ShowPace()
  pace.showed(0, 10)
  for (const at of [10_000, 10_030, 10_060, 10_090]) {
    expect(pace.notBefore).toBeLessThanOrEqual(at)
    pace.showed(at, 30)
  }
  expect(pace.notBefore).toBeLessThanOrEqual(10_120)
  pace.showed(10_120, 30)
  pace.showed(10_150, 30)
  expect(pace.notBefore).toBeGreaterThan(10_180)
})

test('whatever shows take, who keeps to the pace spends a tenth of the time on them and what was saved', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 200 }))), (shows) => {
      const pace = new ShowPace()
      let [now, spent] = [0, 0]
      for (const [idle, took] of shows) {
        now = Math.max(now + idle, pace.notBefore)
        // Before it begins, so that the last one, however long, is not counted.
        expect(spent).toBeLessThanOrEqual(now / 10 + 150 + 1e-6)
        pace.showed(now, took)
        spent += took
        now += took
      }
    }),
  )
})
