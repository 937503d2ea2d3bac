import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  correctionOf,
  heightAround,
  heightOf,
  MAX_PIXELS,
  offsetOfRow,
  rowOfOffset,
  type ScrollScale,
  WINDOW_ROWS,
  windowAround,
  windowAtOffset,
  windowFor,
} from '../src/features/search/log-list/scroll-window.ts'

const scales = fc.record({
  rows: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 2_000_000_000 })),
  rowPixels: fc.constantFrom(20, 24, 31, 46),
})
const VIEW = 600
const asHighAsEstimated = (window: { base: number }, scale: ScrollScale) => (row: number) =>
  (row - window.base) * scale.rowPixels

describe('the scroll bar', () => {
  test('its two ends are the first and the last row, whatever their number, and no height is too much for a browser', () => {
    fc.assert(
      fc.property(scales, (scale) => {
        expect(heightOf(scale)).toBeLessThanOrEqual(MAX_PIXELS)
        expect(rowOfOffset(0, scale)).toBe(0)
        expect(rowOfOffset(heightOf(scale), scale)).toBeCloseTo(scale.rows, 3)
      }),
    )
  })

  test('a place stands for a row and the row for the place, further down for later rows', () => {
    fc.assert(
      fc.property(scales, fc.double({ min: 0, max: 1, noNaN: true }), (scale, share) => {
        const offset = share * heightOf(scale)
        const row = rowOfOffset(offset, scale)
        expect(Math.abs(offsetOfRow(row, scale) - offset)).toBeLessThan(0.01)
        expect(rowOfOffset(offset + 1, scale)).toBeGreaterThan(row)
      }),
    )
  })

  test('where one jumps to, the row of the place is laid out there, and never more than a window of rows', () => {
    fc.assert(
      fc.property(scales, fc.double({ min: 0, max: 1, noNaN: true }), (scale, share) => {
        const offset = share * Math.max(0, heightOf(scale) - VIEW)
        const window = windowAtOffset(offset, scale)
        expect(window.count).toBe(Math.min(WINDOW_ROWS, scale.rows))
        expect(window.base >= 0 && window.base + window.count <= scale.rows).toBe(true)
        expect(correctionOf(window, scale)).toBeCloseTo(0, 3)
        const row = window.base + (offset - window.top) / scale.rowPixels
        expect(Math.abs(row - rowOfOffset(offset, scale))).toBeLessThan(0.01)
        const height = heightAround(window, window.count * scale.rowPixels, scale)
        expect(Math.abs(height - heightOf(scale))).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('scrolling row by row, the row on top moves by what was scrolled, from window to window', () => {
    fc.assert(
      fc.property(
        scales.filter(({ rows }) => rows > 3_000),
        fc.array(fc.integer({ min: -2_000, max: 2_000 }), { maxLength: 60 }),
        (scale, steps) => {
          let offset = offsetOfRow(Math.floor(scale.rows / 2), scale)
          let window = windowAtOffset(offset, scale)
          let row = window.base + (offset - window.top) / scale.rowPixels
          for (const moved of steps) {
            offset += moved
            row += moved / scale.rowPixels
            const view = { offset, pixels: VIEW, moved }
            window = windowFor(window, view, scale, asHighAsEstimated(window, scale))
            expect(window.base + (offset - window.top) / scale.rowPixels).toBeCloseTo(row, 2)
            expect(offset >= window.top && offset + VIEW <= window.top + window.count * scale.rowPixels).toBe(
              true,
            )
          }
        },
      ),
    )
  })

  test('a window carried to the first row begins at the top of the list', () => {
    const scale = { rows: 10_000, rowPixels: 24 }
    const drifted = { ...windowAround(0, 0, scale), top: 37 }
    expect(correctionOf(drifted, scale)).toBe(-37)
    expect(correctionOf({ base: 500, count: WINDOW_ROWS, top: 100 }, scale)).toBe(500 * 24 - 100)
  })
})
