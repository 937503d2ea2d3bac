import type { AggregateOutput } from '@heartwood/api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Brush, brushed, brushText, rangeOfBrush } from '../src/features/search/histogram/brush.ts'
import {
  legendOf,
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
    expect(view.series.map(({ value }) => value)).toEqual(['error', 'warn', 'info'])
    expect(view.series[0]?.counts).toEqual([1, 0, 0])
  })

  test('the sentence for those who cannot see it says the counts and the busiest time', () => {
    const { summary } = prepareHistogram(answer([{ info: 5 }, { info: 1, error: 2_000 }]), 'UTC')
    expect(summary).toContain('2,000 error, 6 info')
    expect(summary).toContain('with 2,001')
    expect(prepareHistogram(answer([{}]), 'UTC').summary).toBe('Events over time: none')
  })

  test('values of another field stand by how common they are, none in the colour of an error; the rest is other', () => {
    const groups = [{ a: 5, b: 7, error: 2, other: 9, '': 1 }, { a: 5 }]
    const top = [
      { value: 'a', count: 10 },
      { value: 'b', count: 7 },
      { value: 'error', count: 2 },
    ]
    const byTeam = { ...answer(groups), by: 'team', top }
    const { series } = prepareHistogram(byTeam, 'UTC')
    expect(legendOf(byTeam).map(({ label, fill }) => [label, fill])).toEqual(
      series.map(({ label, fill }) => [label, fill]),
    )
    expect(legendOf(answer(groups))).toEqual([])
    expect(series.map(({ label, fill }) => [label, fill])).toEqual([
      ['a', '--fill-value-1'],
      ['b', '--fill-value-2'],
      ['error', '--fill-value-3'],
      ['other', '--fill-other'],
      ['without', '--fill-unknown'],
    ])
    expect(series.reduce((sum, { counts }) => sum + (counts[0] ?? 0), 0)).toBe(24)
  })

  test('a bucket that reaches out of the range, or into what is yet to come, is unfinished', () => {
    const whole = answer([{ info: 1 }, { info: 1 }, { info: 1 }])
    const unfinished = (answer: AggregateOutput) =>
      prepareHistogram(answer, 'UTC').buckets.map(({ unfinished }) => unfinished)
    expect(unfinished(whole)).toEqual([false, false, false])
    expect(unfinished({ ...whole, to_time: new Date(START + 150_000).toISOString() })).toEqual([
      false,
      false,
      true,
    ])
    expect(unfinished({ ...whole, from_time: new Date(START + 1).toISOString() })).toEqual([
      true,
      false,
      false,
    ])
  })

  test('by keyboard a brush begins at the newest bucket, moves, widens, and never leaves the chart', () => {
    const press = (keys: string, count: number) =>
      keys.split(' ').reduce<Brush | undefined>((brush, name) => {
        const shift = name.startsWith('+')
        return brushed(brush, { key: shift ? name.slice(1) : name, shift }, count) ?? undefined
      }, undefined)
    expect(press('ArrowLeft', 10)).toEqual({ first: 9, last: 9 })
    expect(press('ArrowLeft ArrowLeft ArrowLeft +ArrowRight', 10)).toEqual({ first: 7, last: 8 })
    expect(press('Home +ArrowRight +ArrowRight ArrowRight', 10)).toEqual({ first: 1, last: 3 })
    expect(press('ArrowLeft Escape', 10)).toBeUndefined()
    expect(brushed(undefined, { key: 'a', shift: false }, 10)).toBeUndefined()
    const key = fc.constantFrom('ArrowLeft', 'ArrowRight', '+ArrowLeft', '+ArrowRight', 'Home', 'End')
    fc.assert(
      fc.property(fc.array(key, { minLength: 1 }), fc.integer({ min: 1, max: 60 }), (keys, count) => {
        const { first, last } = press(keys.join(' '), count) ?? { first: -1, last: -1 }
        expect(first >= 0 && first <= last && last < count, `${first} to ${last} of ${count}`).toBe(true)
      }),
    )
  })

  test('a brush says its time and what is in it, and zooms to whole buckets', () => {
    const view = prepareHistogram(answer([{ info: 5 }, { info: 1, error: 2 }]), 'UTC')
    expect(brushText(view, { first: 0, last: 1 })).toBe(
      'Sun 1 Mar, 10:00 – 10:02: 8 events (2 error, 6 info)',
    )
    expect(rangeOfBrush(view, { first: 1, last: 1 })).toEqual({ from: START + 60_000, to: START + 120_000 })
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
