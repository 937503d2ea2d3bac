import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { event } from '../src/contract.ts'
import { memoryTrail, Repeats, repeatTrail } from '../src/index.ts'

const LIMITS = { windowMillis: 60_000, kinds: 3 }

describe('what is done again and again', () => {
  test('the first is said at once, the same within a minute once more at its end, with how often', () => {
    const repeats = new Repeats(LIMITS)
    expect(repeats.take('a', event('search'), 0).map(({ message }) => message)).toEqual(['search'])
    for (const at of [1_000, 30_000, 59_999]) expect(repeats.take('a', event('search'), at)).toEqual([])
    expect(repeats.due(60_000)).toEqual([
      { ...event('search (3 more times)'), attributes: { 'heartwood.repeats': 3 } },
    ])
    expect(repeats.take('a', event('search'), 60_001)).toHaveLength(1)
  })

  test('what came once is said once', () => {
    const repeats = new Repeats(LIMITS)
    repeats.take('a', event('search'), 0)
    expect(repeats.due(60_000)).toEqual([])
    expect(repeats.end()).toEqual([])
  })

  test('nothing is left out, however many different ones come and whenever it ends', () => {
    const call = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), wait: fc.nat(50_000) })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const repeats = new Repeats(LIMITS)
        let now = 0
        const said = calls.flatMap(({ key, wait }) => {
          now += wait
          return repeats.take(key, { ...event(key), attributes: { key } }, now)
        })
        said.push(...repeats.end())
        for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
          const counted = said
            .filter(({ attributes }) => attributes?.key === key)
            .reduce((sum, { attributes }) => sum + Number(attributes?.['heartwood.repeats'] ?? 1), 0)
          expect(counted).toBe(calls.filter((call) => call.key === key).length)
        }
      }),
    )
  })

  test('the end of a trail says what was still being counted', async () => {
    const trail = memoryTrail()
    {
      await using repeats = repeatTrail(trail, () => 0)
      for (let count = 0; count < 4; count++) repeats.note('a', event('search'))
    }
    expect(trail.events.map(({ message }) => message)).toEqual(['search', 'search (3 more times)'])
  })
})
