import { expect, test } from 'vitest'
import { rowTime, timeDetail } from '../src/features/search/log-list/log-time.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

test.each([
  ['an hour of today is told by the clock', { from: NOW - HOUR, to: NOW }, 'clock'],
  ['a week of this year has its days', { from: NOW - 7 * DAY, to: NOW }, 'day'],
  ['an hour of another year has its year', { from: NOW - 3_000 * DAY, to: NOW - 3_000 * DAY + HOUR }, 'year'],
  ['all time has years', undefined, 'year'],
] as const)('%s', (_name, range, detail) => {
  expect(timeDetail(range, NOW, 'UTC')).toBe(detail)
})

test('times of two years look different where both can be in the list', () => {
  const detail = timeDetail({ from: NOW - 800 * DAY, to: NOW }, NOW, 'UTC')
  expect(rowTime('2025-10-18T12:10:55.202Z', detail, 'UTC')).not.toBe(
    rowTime('2026-10-18T12:10:55.202Z', detail, 'UTC'),
  )
})

test('a time is that of the zone it is asked for in, and a range may be of another year there', () => {
  expect(rowTime('2026-07-01T22:10:55.202Z', 'day', 'Europe/Berlin')).toBe('07-02 00:10:55.202')
  expect(rowTime('not a time', 'clock', 'UTC')).toBe('not a time')
  const newYear = Date.parse('2026-12-31T18:00:00Z')
  const range = { from: newYear - HOUR, to: newYear }
  expect(timeDetail(range, newYear + 3 * HOUR, 'UTC')).toBe('clock')
  expect(timeDetail(range, newYear + 3 * HOUR, 'Asia/Kolkata')).toBe('year')
})
