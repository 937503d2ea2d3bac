import { NANOS_PER_DAY } from '@heartwood/event'
import { expect, test } from 'vitest'
import { planLines, progressLine } from '../src/restore/progress-line.ts'
import { restoreArguments } from '../src/restore/restore-arguments.ts'

const DAY = NANOS_PER_DAY
const MARCH = 20_513n * DAY

test('days are given by their dates, the last one included, and stay for a week unless it is said', () => {
  expect(restoreArguments(['--from', '2026-03-01'])).toEqual({
    range: { from: MARCH, to: MARCH + DAY },
    days: 7,
    dryRun: false,
  })
  expect(
    restoreArguments(['--from', '2026-03-01', '--to', '2026-03-03', '--days', '30', '--dry-run']),
  ).toEqual({ range: { from: MARCH, to: MARCH + 3n * DAY }, days: 30, dryRun: true })
})

test('what is no day, or too much, is refused and named', () => {
  const refused: readonly [string[], RegExp][] = [
    [[], /^--from: /],
    [['--from', 'yesterday'], /^--from: takes a day such as 2026-03-01$/],
    [['--from', '2026-03-01', '--to', '2026-02-30'], /^--to: /],
    [['--from', '2026-03-02', '--to', '2026-03-01'], /^--to is before --from$/],
    [['--from', '2026-03-02', '--days', '0'], /^--days: takes a whole number from 1 to 400$/],
    [['--from', '2026-03-02', '--days', 'zero'], /^--days: takes a whole number from 1 to 400$/],
    [['--from', '2026-03-02', '--days', '401'], /^--days: takes a whole number from 1 to 400$/],
    [['--from', '2020-03-02', '--to', '2026-03-01'], /^at most 400 days at once$/],
    [['--from', '2026-03-02', '--all'], /--all/],
  ]
  for (const [argv, sentence] of refused)
    expect(() => restoreArguments(argv), argv.join(' ')).toThrow(sentence)
})

test('progress is told by day, and a plan says what would be copied', () => {
  const day = { from: MARCH, to: MARCH + DAY }
  expect(progressLine({ day, state: 'copying', events: 5_000, of: 12_000 })).toBe(
    '2026-03-01: 5,000 of 12,000 events',
  )
  expect(progressLine({ day, state: 'comparing', events: 12_000, of: 12_000 })).toBe(
    '2026-03-01: 12,000 events copied, looking whether Elasticsearch has all of them',
  )
  expect(progressLine({ day, state: 'restored', events: 12_000, of: 12_000 })).toBe(
    '2026-03-01: restored, 12,000 events',
  )
  const days = [
    { day, events: 12_000, isHot: false },
    { day: { from: MARCH + DAY, to: MARCH + 2n * DAY }, events: 0, isHot: true },
  ]
  expect(planLines({ days, events: 12_000 })).toEqual([
    '2026-03-01: 12,000 events',
    '2026-03-02: hot already',
    '12,000 events to copy',
  ])
})
