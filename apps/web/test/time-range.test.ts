import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ALL_TIME,
  enteredRange,
  PRESETS,
  rangeAround,
  rangeHolding,
  rangeLabel,
  resolveRange,
  widerRange,
} from '../src/features/search/time-range/time-range.ts'

const NOW = Date.parse('2026-03-15T12:00:00Z')

describe('the time range', () => {
  test('a time without a zone means that time on the clocks of the zone of the page', () => {
    const entered = { from: '2026-03-01 14:30', to: '2026-03-01 15:00:01.5' }
    expect(enteredRange(entered, NOW, 'America/New_York')).toEqual({
      ok: true,
      range: { from: '2026-03-01T19:30:00.000Z', to: '2026-03-01T20:00:01.500Z' },
    })
  })

  test('a pasted ISO time and a relative time are taken as they are', () => {
    expect(enteredRange({ from: '2026-03-01T00:00:00Z', to: 'now-2h' }, NOW, 'UTC')).toEqual({
      ok: true,
      range: { from: '2026-03-01T00:00:00Z', to: 'now-2h' },
    })
  })

  test.each([
    [{ from: 'yesterday', to: 'now' }, 'from'],
    [{ from: '2026-02-30 10:00', to: 'now' }, 'from'],
    [{ from: '2026-03-01 25:00', to: 'now' }, 'from'],
    [{ from: 'now-1h', to: '' }, 'to'],
    [{ from: 'now', to: 'now-1h' }, 'to'],
    [{ from: 'now-1h', to: 'now-1h' }, 'to'],
  ])('%j is refused at the field that is wrong', (entered, field) => {
    expect(enteredRange(entered, NOW, 'UTC')).toMatchObject({ ok: false, field })
  })

  test('widening goes from preset to preset and ends at all time', () => {
    const steps: string[] = []
    for (let range = widerRange({ from: 'now-5m', to: 'now' }, NOW); range; range = widerRange(range, NOW)) {
      steps.push(range.from)
    }
    expect(steps).toEqual([...PRESETS.slice(1).map(({ from }) => from), ALL_TIME.from])
  })

  test('a widened range always holds the range it came from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: NOW }), fc.integer({ min: 1, max: 1e10 }), (from, length) => {
        const range = { from: new Date(from).toISOString(), to: new Date(from + length).toISOString() }
        const wider = resolveRange(widerRange(range, NOW) ?? range, NOW)
        expect(wider?.from).toBeLessThan(from)
        expect(wider?.to).toBeGreaterThan(from + length)
      }),
    )
  })

  test('the range around a moment holds it, in the past and from a clock that runs ahead', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e8 }), (offset) => {
        const range = resolveRange(rangeAround(NOW + offset, NOW), NOW)
        expect(range?.from).toBeLessThanOrEqual(NOW + offset)
        expect(range?.to).toBeGreaterThan(NOW + offset)
      }),
      { examples: [[0], [-1], [1]] },
    )
  })

  test('labels are words a reader knows', () => {
    expect(rangeLabel({ from: 'now-1h', to: 'now' }, NOW, 'UTC')).toBe('Last hour')
    expect(rangeLabel({ from: 'now-3d', to: 'now' }, NOW, 'UTC')).toBe('Last 3 d')
    expect(rangeLabel({ from: 'now-40d', to: 'now-2h' }, NOW, 'UTC')).toBe('40 d ago – 2 h ago')
    expect(rangeLabel(ALL_TIME, NOW, 'UTC')).toBe('All time')
    const day = {
      from: '2026-03-01T09:05:00.000Z',
      to: '2026-03-01T09:05:30.000Z',
    }
    expect(rangeLabel(day, NOW, 'Asia/Kolkata')).toBe('1 Mar, 14:35 – 14:35:30')
    expect(rangeLabel(day, NOW, 'UTC')).toBe('1 Mar, 09:05 – 09:05:30')
  })
})

test('a range is widened where a trace could be cut off, and stays as it is elsewhere', () => {
  const at = Date.parse('2026-03-15T10:00:00Z')
  const around = 15 * 60_000
  const wide = { from: '2026-03-15T09:00:00.000Z', to: '2026-03-15T11:00:00.000Z' }
  expect(rangeHolding(wide, at, around, NOW)).toEqual(wide)
  const tight = { from: '2026-03-15T09:59:00.000Z', to: '2026-03-15T10:00:01.000Z' }
  expect(rangeHolding(tight, at, around, NOW)).toEqual({
    from: '2026-03-15T09:45:00.000Z',
    to: '2026-03-15T10:15:00.000Z',
  })
  expect(rangeHolding(tight, at, around, at + 60_000)).toEqual({
    from: '2026-03-15T09:45:00.000Z',
    to: 'now',
  })
  expect(rangeHolding({ from: 'now-3h', to: 'now' }, at, around, NOW)).toEqual({ from: 'now-3h', to: 'now' })
})
