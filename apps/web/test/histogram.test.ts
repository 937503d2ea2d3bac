import type { AggregateOutput } from '@heartwood/api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  levelCounts,
  prepareHistogram,
  rangeOfDrag,
} from '../src/features/search/histogram/prepare-histogram.ts'

const START = Date.parse('2026-03-01T10:00:00Z')

function answer(groups: Record<string, number>[], interval = 60_000): AggregateOutput {
  const buckets = groups.map((group, i) => ({
    start: new Date(START + i * interval).toISOString(),
    count: Object.values(group).reduce((sum, count) => sum + count, 0),
    groups: group,
  }))
  return {
    from_time: new Date(START).toISOString(),
    to_time: new Date(START + groups.length * interval).toISOString(),
    total: buckets.reduce((sum, { count }) => sum + count, 0),
    interval_ms: interval,
    by: 'level',
    top: [],
    buckets,
    read: { rows: 0, bytes: 0, segments: 0 },
    took_ms: 1,
  }
}

describe('the histogram', () => {
  test('errors stand on the axis, under what matters less; levels that do not occur are left out', () => {
    const view = prepareHistogram(answer([{ info: 5, error: 1 }, { warn: 2 }, {}]), 'UTC')
    expect(view.series.map(({ level }) => level)).toEqual(['error', 'warn', 'info'])
    expect(view.series[0]?.counts).toEqual([1, 0, 0])
  })

  test('the sentence for those who cannot see it says the counts and the busiest time', () => {
    const { summary } = prepareHistogram(answer([{ info: 5 }, { info: 1, error: 2_000 }]), 'UTC')
    expect(summary).toContain('2,000 error, 6 info')
    expect(summary).toContain('with 2,001')
    expect(prepareHistogram(answer([{}]), 'UTC').summary).toBe('Events over time: none')
  })

  test('level counts add up over all buckets, worst first', () => {
    expect(levelCounts(answer([{ info: 1, fatal: 1 }, { info: 2 }]))).toEqual([
      { level: 'fatal', count: 1 },
      { level: 'info', count: 3 },
    ])
  })

  test('a drag either way zooms to whole buckets; a click does not', () => {
    const view = prepareHistogram(answer(Array.from({ length: 10 }, () => ({ info: 1 }))), 'UTC')
    const range = { from: START + 2 * 60_000, to: START + 5 * 60_000 }
    expect(rangeOfDrag(view, 0.25, 0.45)).toEqual(range)
    expect(rangeOfDrag(view, 0.45, 0.25)).toEqual(range)
    expect(rangeOfDrag(view, 0.3, 0.301)).toBeUndefined()
    expect(rangeOfDrag(prepareHistogram(answer([]), 'UTC'), 0, 1)).toBeUndefined()
  })

  test('however long the range, a handful of labels stands below it, each at a different time', () => {
    const interval = fc.constantFrom(
      1_000,
      5_000,
      60_000,
      600_000,
      3_600_000,
      86_400_000,
      604_800_000,
      31_536_000_000,
    )
    fc.assert(
      fc.property(interval, fc.integer({ min: 20, max: 120 }), (millis, count) => {
        const view = prepareHistogram(
          answer(
            Array.from({ length: count }, () => ({ info: 1 })),
            millis,
          ),
          'Europe/Berlin',
        )
        const labels = view.buckets.map(({ axisLabel }) => axisLabel).filter((label) => label !== '')
        expect(labels.length).toBeLessThanOrEqual(10)
        expect(new Set(labels).size).toBe(labels.length)
      }),
    )
  })
})
