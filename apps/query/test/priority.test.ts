import { expect, test, vi } from 'vitest'
import { followIndexer } from '../src/priority/follow-indexer.ts'
import { AT_START, nextShare } from '../src/priority/questions-at-once.ts'

/** Questions at once over time, for lags that are looked at twice a second. */
function over(lags: readonly number[]): number[] {
  let share = AT_START
  return lags.map((lag, index) => {
    share = nextShare(share, lag, index * 500)
    return share.atOnce
  })
}

const times = (count: number, lag: number) => Array.from({ length: count }, () => lag)

test('questions take turns as soon as the indexer is a second behind', () => {
  expect(over([0, 900, 1_001])).toEqual([2, 2, 1])
})

test('two run at once again only when the indexer has kept up for a while', () => {
  expect(over([1_500, ...times(12, 20)])).toEqual([1, ...times(10, 1), 2, 2])
})

test('a lag between the two marks changes nothing, in either direction', () => {
  expect(over([1_500, ...times(100, 700)]).at(-1)).toBe(1)
  expect(over(times(100, 700)).at(-1)).toBe(2)
})

test('a lag that goes up and down keeps questions taking turns', () => {
  const lags = Array.from({ length: 100 }, (_, index) => (index % 8 === 0 ? 1_200 : 10))
  expect(over(lags)).toEqual(times(100, 1))
})

test('what the indexer says is followed, and one that does not answer holds nobody up', async () => {
  vi.useFakeTimers()
  try {
    let lag: number | undefined = 2_000
    using indexer = followIndexer(
      {
        app: 'indexer',
        call: async () => {
          if (lag === undefined) throw new Error('it is not there')
          return Response.json({ lag_ms: lag, backlog_bytes: 0 })
        },
      },
      () => Date.now(),
    )
    expect(indexer.atOnce()).toBe(2)
    await vi.advanceTimersByTimeAsync(600)
    expect(indexer.atOnce()).toBe(1)
    lag = undefined
    await vi.advanceTimersByTimeAsync(4_000)
    expect(indexer.atOnce()).toBe(1)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(indexer.atOnce()).toBe(2)
  } finally {
    vi.useRealTimers()
  }
})
