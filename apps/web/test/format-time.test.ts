import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ageText,
  formatIn,
  isoLikeIn,
  isSameDayIn,
  timesOf,
  timeTitle,
} from '../src/features/time-zone/format-time.ts'
import { rememberedZone, rememberZone } from '../src/features/time-zone/remembered-zone.ts'
import { offsetText, zoneChoiceOf, zoneNameOf, zonesMatching } from '../src/features/time-zone/time-zone.ts'

const SUMMER = Date.parse('2026-07-01T12:00:00Z')

describe('times in a zone', () => {
  test('the quick way to write a time says what the calendar library says, over all changes of clocks', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata', 'Pacific/Apia')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2040, 0) }), zones, (millis, zone) => {
        expect(isoLikeIn(zone, millis)).toBe(formatIn(zone, millis, 'yyyy-MM-dd HH:mm:ss.SSS'))
      }),
    )
  })

  test('a day ends at its own midnight', () => {
    const [a, b] = [Date.parse('2026-07-01T21:59:00Z'), Date.parse('2026-07-01T22:01:00Z')]
    expect(isSameDayIn('UTC', a, b)).toBe(true)
    expect(isSameDayIn('Europe/Berlin', a, b)).toBe(false)
  })

  test('a moment is told in UTC with all its digits, in the own zone and in the chosen one, each once', () => {
    const iso = '2026-07-01T12:00:00.123456789Z'
    expect(timesOf(iso, { page: 'Europe/Berlin', local: 'Asia/Kolkata' })).toEqual([
      { zone: 'UTC', text: '2026-07-01 12:00:00.123456789' },
      { zone: 'Asia/Kolkata', text: '2026-07-01 17:30:00.123456789' },
      { zone: 'Europe/Berlin', text: '2026-07-01 14:00:00.123456789' },
    ])
    expect(timesOf(iso, { page: 'UTC', local: 'UTC' }).length).toBe(1)
    expect(timeTitle(iso, { page: 'UTC', local: 'UTC' }, SUMMER + 120_000)).toContain('2 minutes ago')
    expect(timeTitle('no time', { page: 'UTC', local: 'UTC' }, SUMMER)).toBe('no time  UTC')
  })

  test('an age goes both ways', () => {
    expect(ageText(SUMMER, SUMMER + 10)).toBe('now')
    expect(ageText(SUMMER + 3 * 3_600_000, SUMMER)).toBe('in 3 hours')
  })
})

describe('the choice of a zone', () => {
  test('is local, utc or a zone there is; anything else is none', () => {
    expect(
      ['local', 'UTC', ' Europe/Berlin ', 'Mars/Olympus', '<b>', '', '+05:30'].map(zoneChoiceOf),
    ).toEqual(['local', 'utc', 'Europe/Berlin', null, null, null, null])
    expect(zoneNameOf('local', 'Asia/Kolkata')).toBe('Asia/Kolkata')
    expect(zoneNameOf('utc', 'Asia/Kolkata')).toBe('UTC')
  })

  test('offsets are those of the moment', () => {
    expect(offsetText('Europe/Berlin', SUMMER)).toBe('UTC+2')
    expect(offsetText('Europe/Berlin', SUMMER + 180 * 86_400_000)).toBe('UTC+1')
    expect(offsetText('America/St_Johns', SUMMER)).toBe('UTC−2:30')
    expect(offsetText('UTC', SUMMER)).toBe('UTC')
  })

  test('is found by parts of its name and by its offset', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata']
    expect(zonesMatching(zones, 'new york', SUMMER)).toEqual(['America/New_York'])
    expect(zonesMatching(zones, '+5:30', SUMMER)).toEqual(['Asia/Kolkata'])
    expect(zonesMatching(zones, '', SUMMER)).toEqual(zones)
  })

  test('is remembered; what is broken in the storage, or a storage that refuses, is the local zone', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    expect(rememberedZone(storage)).toBe('local')
    rememberZone(storage, 'Europe/Berlin')
    expect(rememberedZone(storage)).toBe('Europe/Berlin')
    for (const key of kept.keys()) kept.set(key, '{"zone":1}')
    expect(rememberedZone(storage)).toBe('local')
    const refusing = {
      getItem: () => {
        throw new Error('no storage')
      },
      setItem: () => {
        throw new Error('no storage')
      },
    }
    expect(rememberedZone(refusing)).toBe('local')
    expect(() => rememberZone(refusing, 'utc')).not.toThrow()
  })
})
