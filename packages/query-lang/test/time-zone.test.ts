import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isTimeZone, momentOfWall, wallTime, zoneOffset } from '../src/index.ts'

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
]
const anyMoment = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) })

describe('time zones', () => {
  test('a moment is shown as the clocks of the zone show it, summer and winter', () => {
    const summer = Date.parse('2026-07-01T12:00:00.250Z')
    expect(wallTime(summer, 'Europe/Berlin')).toEqual({
      year: 2026,
      month: 7,
      day: 1,
      hour: 14,
      minute: 0,
      second: 0,
      milli: 250,
      weekday: 3,
    })
    expect(wallTime(Date.parse('2026-01-01T23:30:00Z'), 'Europe/Berlin')).toMatchObject({ day: 2, hour: 0 })
    expect(zoneOffset(summer, 'Asia/Kolkata')).toBe(5.5 * 3_600_000)
  })

  test('the shown time is that of Intl, for any moment', () => {
    fc.assert(
      fc.property(anyMoment, fc.constantFrom(...ZONES), (millis, zone) => {
        const shown = new Intl.DateTimeFormat('en-GB', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        }).format(millis)
        const { year, month, day, hour, minute, second } = wallTime(millis, zone)
        const two = (n: number) => String(n).padStart(2, '0')
        expect(`${two(day)}/${two(month)}/${year}, ${two(hour)}:${two(minute)}:${two(second)}`).toBe(shown)
      }),
    )
  })

  test('what a clock shows leads back to the moment, but for the hour that is shown twice', () => {
    fc.assert(
      fc.property(anyMoment, fc.constantFrom(...ZONES), (millis, zone) => {
        const wall = millis + zoneOffset(millis, zone)
        const back = momentOfWall(wall, zone)
        expect(back).toBeLessThanOrEqual(millis)
        expect(back + zoneOffset(back, zone)).toBe(wall)
      }),
    )
  })

  test('a time that clocks skip is as long after the change, one they show twice is the first', () => {
    expect(momentOfWall(Date.UTC(2026, 2, 29, 2, 30), 'Europe/Berlin')).toBe(
      Date.parse('2026-03-29T01:30:00Z'),
    )
    expect(momentOfWall(Date.UTC(2026, 9, 25, 2, 30), 'Europe/Berlin')).toBe(
      Date.parse('2026-10-25T00:30:00Z'),
    )
  })

  test('only names of zones are zones', () => {
    for (const name of [...ZONES, '+05:30']) expect(isTimeZone(name)).toBe(true)
    for (const name of ['', 'Mars/Olympus', '<b>', 'local']) expect(isTimeZone(name)).toBe(false)
  })
})
