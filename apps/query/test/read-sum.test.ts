import { MIN_NANOS, nanosFromIso } from '@heartwood/event'
import type { ReadStats } from '@heartwood/log-store'
import { expect, test } from 'vitest'
import { readSum } from '../src/questions/read-sum.ts'

const BORDER = nanosFromIso('2026-10-27T00:00:00Z') ?? 0n
const OLD = { from: MIN_NANOS, to: BORDER }
const NEW = { from: BORDER, to: BORDER + 5n }

const READ: ReadStats = {
  rows: 5,
  bytes: 70,
  segments: 2,
  fetched: 40,
  tiers: [
    { tier: 'hot', ranges: [NEW], rows: 2, bytes: 0, segments: 0 },
    { tier: 'cold', ranges: [OLD], rows: 3, bytes: 70, segments: 2, fetched: 40 },
  ],
}

test('what several questions of one answer looked at is summed, also by tier, with each range once', () => {
  const { onRead, total } = readSum()
  onRead(READ)
  onRead(READ)
  expect(total()).toEqual({
    rows: 10,
    bytes: 140,
    segments: 4,
    fetched: 80,
    tiers: [
      {
        tier: 'hot',
        ranges: [{ from: '2026-10-27T00:00:00.000Z', to: '2026-10-27T00:00:00.000000005Z' }],
        rows: 4,
        bytes: 0,
        segments: 0,
      },
      {
        tier: 'cold',
        ranges: [{ to: '2026-10-27T00:00:00.000Z' }],
        rows: 6,
        bytes: 140,
        segments: 4,
        fetched: 80,
      },
    ],
  })
})

test('what is missing is told once, however many questions of the answer lacked it', () => {
  const { onRead, total } = readSum()
  const missing = [{ tier: 'cold' as const, range: OLD, reason: 'away' }]
  onRead({ rows: 1, bytes: 0, segments: 0, missing })
  onRead({ rows: 1, bytes: 0, segments: 0, missing })
  expect(total()).toEqual({
    rows: 2,
    bytes: 0,
    segments: 0,
    missing: [{ to: '2026-10-27T00:00:00.000Z', tier: 'cold', reason: 'away' }],
  })
})

test('an answer of one store says nothing of tiers', () => {
  const { onRead, total } = readSum()
  onRead({ rows: 1, bytes: 2, segments: 3, left_out: 4 })
  onRead({ rows: 1, bytes: 2, segments: 3, left_out: 4 })
  expect(total()).toEqual({ rows: 2, bytes: 4, segments: 6, left_out: 4 })
})
