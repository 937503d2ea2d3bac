import { expect, test, vi } from 'vitest'
import { followLag } from '../src/priority/follow-lag.ts'
import { AT_START, nextPriority, type Priority } from '../src/priority/priority.ts'
import { canRaise } from '../src/priority/scheduler.ts'

/** The priorities over time for lags that are looked at every quarter of a second. */
function over(lags: readonly number[]): Priority[] {
  let state = AT_START
  return lags.map((lag, index) => {
    state = nextPriority(state, lag, index * 250)
    return state.priority
  })
}

const times = (count: number, lag: number) => Array.from({ length: count }, () => lag)

test('who keeps up lets queries go first, but only after a while', () => {
  const priorities = over(times(16, 20))
  expect(priorities.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 'normal'))
  expect(priorities.slice(12)).toEqual(Array.from({ length: 4 }, () => 'behind queries'))
})

test('who falls behind is treated like everybody at once', () => {
  expect(over([...times(13, 0), 301]).at(-1)).toBe('normal')
})

test('a lag between the two marks changes nothing, in either direction', () => {
  expect(over([...times(13, 0), ...times(100, 250)]).at(-1)).toBe('behind queries')
  expect(over(times(100, 250)).at(-1)).toBe('normal')
})

test('a lag that goes up and down keeps the normal priority', () => {
  const lags = Array.from({ length: 100 }, (_, index) => (index % 8 === 0 ? 400 : 10))
  expect(over(lags)).toEqual(lags.map(() => 'normal'))
})

test('each thread follows its own lag; the process is lowered only when all keep up', () => {
  vi.useFakeTimers()
  try {
    const said: unknown[] = []
    const lags = [0, 1_000]
    const workers = lags.map((_, index) => ({
      thread: () => 100 + index,
      lagMillis: () => lags[index] ?? 0,
    }))
    using _following = followLag(workers, {
      setThreads: (threads, priority) => said.push([...threads, priority]),
      setSession: (priority) => said.push(priority),
      clock: () => Date.now(),
    })
    vi.advanceTimersByTime(5_000)
    expect(said).toEqual([[100, 'behind queries']])
    lags[1] = 0
    vi.advanceTimersByTime(5_000)
    expect(said.slice(1)).toEqual([[101, 'behind queries'], 'behind queries'])
    lags[0] = 500
    vi.advanceTimersByTime(250)
    expect(said.slice(3)).toEqual([[100, 'normal'], 'normal'])
  } finally {
    vi.useRealTimers()
  }
})

const STATUS = 'Name:\tnode\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n'
const LIMITS = 'Max msgqueue size  819200  819200  bytes\nMax nice priority         0                    0\n'

test('a priority is only lowered where it can be taken back', () => {
  expect(canRaise(STATUS, LIMITS)).toBe(false)
  expect(canRaise(STATUS.replace('Eff:\t0000000000000000', 'Eff:\t0000000000800000'), LIMITS)).toBe(true)
  expect(canRaise(STATUS, LIMITS.replace('priority         0', 'priority         20'))).toBe(true)
  expect(canRaise(STATUS, LIMITS.replace('priority         0', 'priority         19'))).toBe(false)
  expect(canRaise('', '')).toBe(false)
})
