import { NANOS_PER_DAY } from '@heartwood/event'
import { expect, test } from 'vitest'
import { EVER } from '../src/contract/store-under-test.ts'
import type { KeptCoverage } from '../src/index.ts'
import { FollowedCoverage } from '../src/tiered/followed-coverage.ts'

const DAY = NANOS_PER_DAY
const MONDAY = 20_000n * DAY

function followed(kept: KeptCoverage) {
  const state = { kept, away: false, reads: 0, millis: 0 }
  const coverage = new FollowedCoverage({
    read: async () => {
      state.reads++
      if (state.away) throw new Error('away')
      return state.kept
    },
    hotDays: 3,
    now: () => MONDAY + BigInt(state.millis) * 1_000_000n,
    clock: () => state.millis,
  })
  return { state, coverage }
}

test('a question does not wait for a coverage that was read lately, and gets the newest when it is older', async () => {
  const { state, coverage } = followed({ restored: [] })
  expect(await coverage.current()).toEqual({ hotFrom: undefined, restored: [] })
  state.kept = { hot_from: MONDAY - 5n * DAY, restored: [] }
  state.millis = 29_000
  expect((await coverage.current()).hotFrom).toBeUndefined()
  expect(state.reads).toBe(1)
  state.millis = 31_000
  expect((await coverage.current()).hotFrom).toBe(MONDAY - 5n * DAY)
})

test('while it cannot be read, only what was due may have left hot', async () => {
  const lent = { from: MONDAY - 20n * DAY, to: MONDAY - 19n * DAY, until: MONDAY + 10n }
  const other = { from: MONDAY - 18n * DAY, to: MONDAY - 17n * DAY, until: MONDAY + DAY }
  const { state, coverage } = followed({ hot_from: MONDAY - 4n * DAY, restored: [lent, other] })
  await coverage.current()
  state.away = true
  state.millis = 31_000
  const { unsure } = await coverage.current()
  expect(unsure?.ranges).toEqual([
    { from: lent.from, to: lent.to },
    { from: MONDAY - 4n * DAY, to: MONDAY - 3n * DAY },
  ])
  expect(unsure?.reason).toBe('the archive cannot say since 2024-10-04T00:00:00.000Z which days it answers')
  state.away = false
  expect((await coverage.current()).unsure).toBeUndefined()
})

test('where nothing was due it is still certain, however long it cannot be read', async () => {
  const { state, coverage } = followed({ hot_from: MONDAY - 3n * DAY, restored: [] })
  await coverage.current()
  state.away = true
  state.millis = 3_600_000
  expect((await coverage.current()).unsure).toBeUndefined()
})

test('before it was ever read hot answers, and may lack all but its own days', async () => {
  const { state, coverage } = followed({ restored: [] })
  state.away = true
  expect(await coverage.current()).toEqual({
    hotFrom: undefined,
    restored: [],
    unsure: {
      ranges: [{ from: EVER.from, to: MONDAY - 3n * DAY }],
      reason: 'the archive cannot say which days it answers',
    },
  })
})
