import type { AppStateJson, StorageOutput, StoredDayJson, SystemOutput } from '@heartwood/api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { overview, processRows } from '../src/features/status/apps/prepare-apps.ts'
import { confirms, deleteForm, EVERYTHING } from '../src/features/status/delete/delete-form.ts'
import {
  comingIn,
  searchableAfter,
  stored as storedOf,
  waiting,
} from '../src/features/status/live/prepare-cards.ts'
import { pathOf, sparkLines } from '../src/features/status/live/prepare-sparkline.ts'
import {
  cpuShare,
  KEPT_MILLIS,
  type Reading,
  ratesOf,
  readingOf,
  recentRate,
  withReading,
} from '../src/features/status/live/readings.ts'
import { archiveState } from '../src/features/status/storage/archive-state.ts'
import { forecastOf } from '../src/features/status/storage/forecast.ts'
import { bytesText } from '../src/ui/bytes-text.ts'
import { spanText } from '../src/ui/span-text.ts'

const NONE: Reading = {
  at: 0,
  accepted: undefined,
  queueBytes: undefined,
  queueRecords: undefined,
  queueAgeMillis: undefined,
  delayMillis: undefined,
  cpu: new Map(),
}

function reading(at: number, events: number | undefined, since = 0): Reading {
  return {
    ...NONE,
    at,
    accepted: events === undefined ? undefined : new Map([['ingest', { since, events, bytes: 0 }]]),
  }
}

describe('rates of counters', () => {
  test('are what came between two readings, by the second', () => {
    const readings = [reading(0, 100), reading(2_000, 150), reading(4_000, 150)]
    expect(ratesOf(readings, 'events', 2_000)).toEqual([25, 0])
    expect(recentRate(readings, 'events', 10_000)).toBe(12.5)
    expect(recentRate(readings, 'events', 1_000)).toBe(0)
    expect(recentRate(readings.slice(0, 1), 'events', 10_000)).toBeUndefined()
  })

  test('go on from what a counter shows that began anew, and are unknown beside a reading without one', () => {
    const restarted = [reading(0, 100), reading(2_000, 30, 1_000), reading(4_000, 40, 1_000)]
    expect(ratesOf(restarted, 'events', 2_000)).toEqual([15, 5])
    // More than before, and yet another counter.
    expect(ratesOf([reading(0, 10), reading(1_000, 50, 500)], 'events', 2_000)).toEqual([50])
    const away = [
      reading(0, 100),
      reading(2_000, undefined),
      reading(4_000, 5, 3_000),
      reading(6_000, 9, 3_000),
    ]
    expect(ratesOf(away, 'events', 2_000)).toEqual([undefined, undefined, 2])
    expect(recentRate(away, 'events', 10_000)).toBeUndefined()
    expect(recentRate(away, 'events', 2_000)).toBe(2)
  })

  test('of several processes are what came to each: one that leaves, starts or is seen again is no burst', () => {
    const at = (millis: number, counts: Record<string, [since: number, events: number]>): Reading => ({
      ...NONE,
      at: millis,
      accepted: new Map(
        Object.entries(counts).map(([name, [since, events]]) => [name, { since, events, bytes: 0 }]),
      ),
    })
    const readings = [
      at(0, { a: [-9, 1_000], b: [-9, 5_000] }),
      at(1_000, { a: [-9, 1_010] }),
      at(2_000, { a: [-9, 1_020], b: [1_500, 30] }),
      at(3_000, { a: [-9, 1_030], b: [1_500, 40], c: [-9, 70_000] }),
    ]
    expect(ratesOf(readings, 'events', 1_000)).toEqual([10, 40, 20])
  })

  test('are never negative, whatever a counter does', () => {
    const anyReading = fc.record({
      step: fc.integer({ min: 1, max: 5_000 }),
      events: fc.option(fc.nat(), { nil: undefined }),
      since: fc.nat(3),
    })
    fc.assert(
      fc.property(fc.array(anyReading), fc.nat(10_000), (steps, window) => {
        let at = 0
        let readings: readonly Reading[] = []
        for (const { step, events, since } of steps) {
          at += step
          readings = withReading(readings, reading(at, events, since))
        }
        const rates = [...ratesOf(readings, 'events', 2_000), recentRate(readings, 'events', window)]
        for (const rate of rates) if (rate !== undefined) expect(rate).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('readings older than five minutes go, and one that is no newer is not taken twice', () => {
    let readings: readonly Reading[] = []
    for (let at = 0; at <= KEPT_MILLIS + 10_000; at += 2_000)
      readings = withReading(readings, reading(at, at))
    expect(readings[0]?.at).toBe(10_000)
    expect(withReading(readings, reading(KEPT_MILLIS, 1))).toBe(readings)
  })

  test('the CPU of an app is a share of one processor, from its start on where it began anew', () => {
    const at = (millis: number, seconds: number, since: number): Reading => ({
      ...NONE,
      at: millis,
      cpu: new Map([['query', { seconds, since }]]),
    })
    expect(cpuShare([at(0, 10, 0), at(2_000, 11, 0)], 'query')).toBe(0.5)
    expect(cpuShare([at(0, 10, 0), at(2_000, 0.4, 1_000)], 'query')).toBe(0.2)
    expect(cpuShare([at(0, 10, 0)], 'query')).toBeUndefined()
    expect(cpuShare([at(0, 10, 0), at(2_000, 11, 0)], 'web')).toBeUndefined()
  })
})

describe('small charts', () => {
  test('a gap begins a new line, the newest value is at the right edge, and little is drawn little', () => {
    const values = [
      { at: 0, value: 5 },
      { at: 50, value: undefined },
      { at: 100, value: 10 },
    ]
    expect(sparkLines(values, { now: 100, millis: 200, least: 20 })).toEqual([
      [{ x: 0.5, y: 0.25 }],
      [{ x: 1, y: 0.5 }],
    ])
    expect(sparkLines(values, { now: 100, millis: 200, least: 1 })[1]).toEqual([{ x: 1, y: 1 }])
    expect(
      pathOf(
        [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        40,
        10,
      ),
    ).toBe('M0.0 10.0L40.0 0.0')
  })
})

describe('the forecast', () => {
  const limits = {
    retention_days: 30,
    hot_days: null,
    max_bytes: 10e9,
    disk_bytes: 100e9,
    disk_free_bytes: 50e9,
  }
  const stored = (bytes: number, lastDay: number) => ({
    bytes,
    days: [],
    last_day: { events: 1, bytes: lastDay },
  })

  test('says which limit comes first: age, the disk limit, or the disk itself', () => {
    expect(forecastOf(stored(1e9, 0), limits)).toEqual({ kind: 'quiet' })
    expect(forecastOf(stored(1e9, 0.1e9), limits)).toEqual({
      kind: 'retention',
      bytesPerDay: 0.1e9,
      steadyBytes: 3e9,
      hasLimit: true,
    })
    const noLimit = { ...limits, max_bytes: null, disk_free_bytes: null }
    expect(forecastOf(stored(1e12, 1e12), noLimit)).toMatchObject({ kind: 'retention', hasLimit: false })
    expect(forecastOf(stored(4e9, 1e9), limits)).toEqual({
      kind: 'limit',
      bytesPerDay: 1e9,
      days: 6,
      keptDays: 10,
    })
    expect(forecastOf(stored(4e9, 1e9), { ...limits, disk_free_bytes: 2e9 })).toEqual({
      kind: 'disk',
      bytesPerDay: 1e9,
      days: 2,
    })
  })

  test('with an archive only what stays here counts, for the days that it stays', () => {
    const archived = { ...limits, retention_days: 365, hot_days: 7 }
    const tier = { answers: true, events: 1, segments: 1 }
    const day = (bytes: number, cold: number): StoredDayJson => ({
      day: '2026-03-01',
      events: 1,
      bytes,
      segments: 1,
      tiers: [
        { ...tier, tier: 'hot', bytes: bytes - cold },
        { ...tier, tier: 'cold', bytes: cold },
      ],
      kept_until: '2027-03-01T00:00:00Z',
    })
    const forecast = (days: readonly StoredDayJson[], more: Partial<SystemOutput['limits']> = {}) => {
      const bytes = days.reduce((sum, day) => sum + day.bytes, 0)
      return forecastOf(
        { bytes, days: [...days], last_day: { events: 1, bytes: 0.1e9 } },
        { ...archived, ...more },
      )
    }
    // Of one machine: a day is here or there.
    expect(forecast([day(0.1e9, 0), day(80e9, 80e9)])).toEqual({
      kind: 'retention',
      bytesPerDay: 0.1e9,
      steadyBytes: 0.7e9,
      hasLimit: true,
    })
    // Of a cluster: the archive has a part of what every day brings.
    expect(forecast([day(0.4e9, 0.1e9)], { max_bytes: null, disk_free_bytes: null })).toMatchObject({
      kind: 'retention',
      bytesPerDay: 0.075e9,
    })
  })

  test('a store over its limit has reached it, and a disk of unknown size is no reason', () => {
    expect(forecastOf(stored(12e9, 1e9), limits)).toMatchObject({ kind: 'limit', days: 0 })
    expect(forecastOf(stored(4e9, 1e9), { ...limits, disk_free_bytes: null })).toMatchObject({
      kind: 'limit',
    })
  })
})

const system = (apps: AppStateJson[], more: Partial<SystemOutput> = {}): SystemOutput => ({
  version: '1',
  at: '2026-01-01T00:00:10.000Z',
  apps,
  supervisor_bytes: 5e6,
  postgres_bytes: null,
  accepted: null,
  queue: {
    bytes: null,
    limit_bytes: null,
    records: null,
    age_ms: null,
    not_searchable_bytes: null,
    searchable_delay_ms: null,
  },
  store: { events: 0, shown: 0, bytes: 0, segments: 0, merge_debt: null, dead_letters: 0 },
  limits: { retention_days: 30, hot_days: null, max_bytes: 1, disk_bytes: null, disk_free_bytes: null },
  tails: 0,
  questions: 0,
  ...more,
})

describe('what is stored', () => {
  const store = { events: 1, shown: 0, bytes: 30e9, segments: 1, merge_debt: null, dead_letters: 0 }
  const limits = {
    retention_days: 365,
    hot_days: 7,
    max_bytes: 10e9,
    disk_bytes: null,
    disk_free_bytes: null,
  }
  const storing = (more: Partial<SystemOutput['limits']> = {}) =>
    system([], { store, limits: { ...limits, ...more } })

  test('is held against the disk limit without what is in the archive, and not at all while that is not known', () => {
    expect(storedOf(storing(), 4e9).notes).toEqual(['40 % of 10 GB here', '1 events in 1 file'])
    expect(storedOf(storing(), undefined).notes[0]).toBe('goes after 365 days')
    expect(storedOf(storing({ hot_days: null }), 1e9).notes[0]).toBe('10 % of 10 GB')
    expect(storedOf(storing({ max_bytes: null }), 4e9).notes[0]).toBe('goes after 365 days')
  })
})

describe('the archive', () => {
  const tier = { events: 10, bytes: 1e6, segments: 1 }
  const day = (name: string, tiers?: StoredDayJson['tiers']): StoredDayJson => ({
    day: name,
    ...tier,
    ...(tiers && { tiers }),
    kept_until: '2027-03-01T00:00:00Z',
  })
  const stored = (days: StoredDayJson[], more: Partial<StorageOutput> = {}): StorageOutput => ({
    ...tier,
    days,
    last_day: { events: 0, bytes: 0 },
    ...more,
  })

  test('that answers nothing yet says of which day the first logs are that move, and when; also where it has them already', () => {
    const next = { day: '2026-03-01', at: Date.parse('2026-03-09') }
    expect(archiveState(stored([day('2026-03-02'), day('2026-03-01')]), 7)).toEqual({ kind: 'empty', next })
    const copied = day('2026-03-01', [
      { ...tier, tier: 'hot', answers: true },
      { ...tier, tier: 'cold', answers: false },
    ])
    expect(archiveState(stored([copied]), 7)).toEqual({ kind: 'empty', next })
    expect(archiveState(stored([]), 7)).toEqual({ kind: 'empty', next: undefined })
  })

  test('that answers days says how many, with how much', () => {
    const old = (name: string) => day(name, [{ ...tier, tier: 'cold', answers: true }])
    expect(archiveState(stored([day('2026-03-09'), old('2026-03-01'), old('2026-02-28')]), 7)).toEqual({
      kind: 'holds',
      days: 2,
      events: 20,
      bytes: 2e6,
    })
  })

  test('that is away says why', () => {
    const range = { from_time: '2026-01-01T00:00:00Z', to_time: '2026-02-01T00:00:00Z' }
    const missing = [{ tier: 'cold' as const, reason: 'no route', ...range }]
    expect(archiveState(stored([], { missing }), 7)).toEqual({ kind: 'away', reason: 'no route' })
  })
})

describe('apps in words', () => {
  const app = (name: AppStateJson['app'], more: Partial<AppStateJson> = {}): AppStateJson => ({
    app: name,
    instance: null,
    state: 'ready',
    reasons: [],
    warnings: [],
    started_at: '2026-01-01T00:00:00.000Z',
    resident_bytes: 1e6,
    cpu_seconds: 1,
    ...more,
  })
  test('each says its state and what is wrong; what is off or unknown is left out', () => {
    const rows = processRows(
      system([
        app('ingest'),
        app('indexer', { state: 'not_ready', reasons: ['partition 1: the disk is full'] }),
        app('query', { warnings: ['files: one was lost'] }),
        app('web', { state: 'down', reasons: ['gone'], started_at: null, resident_bytes: null }),
        app('demo', { state: 'off' }),
      ]),
    )
    expect(rows.map(({ name, state, trouble, notes }) => [name, state, trouble, ...notes])).toEqual([
      ['ingest', 'up', 'none'],
      ['indexer', 'not ready', 'warning', 'partition 1: the disk is full'],
      ['query', 'up', 'warning', 'files: one was lost'],
      ['web', 'down', 'error', 'gone'],
      ['supervisor', 'up', 'none'],
    ])
    expect(overview(rows)).toBe('indexer, query, web are not as they should be')
    expect(overview(rows.slice(0, 2))).toBe('indexer is not ready')
    expect(overview(rows.slice(2, 3))).toBe('query is up, with a warning')
    expect(overview(rows.slice(0, 1))).toBeUndefined()
  })

  test('several of an app have names of their own', () => {
    const rows = processRows(
      system([
        app('ingest', { instance: 'ingest-1' }),
        app('ingest', { instance: 'web.example.com:4318', state: 'down', reasons: ['gone'] }),
      ]),
    )
    expect(rows.map(({ name }) => name)).toEqual(['ingest-1', 'ingest web.example.com:4318', 'supervisor'])
    expect(overview(rows)).toBe('ingest web.example.com:4318 is down')
  })

  test('a card that nobody can fill says so, and one with much to wait for stands out', () => {
    const away = system([app('web')])
    for (const card of [comingIn([], away), waiting(away), searchableAfter(away)])
      expect(card).toMatchObject({ tone: 'error', value: 'not known' })
    const queued = (bytes: number, delay: number) => ({
      ...away,
      queue: {
        bytes,
        limit_bytes: 1_000_000,
        records: null,
        age_ms: bytes === 0 ? 0 : 9_000,
        not_searchable_bytes: 0,
        searchable_delay_ms: delay,
      },
    })
    expect([0, 500_000, 800_000, 1_000_000].map((bytes) => waiting(queued(bytes, 0)).tone)).toEqual([
      'calm',
      'calm',
      'warning',
      'error',
    ])
    expect(waiting(queued(0, 0))).toMatchObject({
      value: 'empty',
      notes: ['0.0 % of 1.0 MB', 'nothing is kept back'],
    })
    expect([0, 900, 6_000, 61_000].map((delay) => searchableAfter(queued(0, delay)))).toMatchObject([
      { tone: 'calm', value: 'at once' },
      { tone: 'calm', value: '0.9 seconds' },
      { tone: 'warning', value: '6 seconds' },
      { tone: 'error', value: '1 minute' },
    ])
  })

  test('in a cluster what waits is in Kafka, and stands out where ingest has to keep it', () => {
    const state = system([app('ingest', { instance: 'ingest-1' })])
    const inKafka = (records: number, bytes: number) =>
      waiting({ ...state, queue: { ...state.queue, bytes, records } })
    expect(inKafka(0, 0)).toEqual({
      tone: 'calm',
      value: 'empty',
      notes: ['what is in Kafka is stored', 'nothing waits for Kafka'],
    })
    expect(inKafka(1_200, 5_000_000)).toEqual({
      tone: 'warning',
      value: '1,200 batches',
      notes: ['in Kafka and not stored yet', '5.0 MB wait for Kafka on disks of ingest'],
    })
  })

  test('what nobody can say is no figure of a reading', () => {
    expect(readingOf(system([app('ingest')]))).toEqual({
      ...NONE,
      at: Date.UTC(2026, 0, 1, 0, 0, 10),
      cpu: new Map([['ingest', { since: Date.UTC(2026, 0, 1), seconds: 1 }]]),
    })
  })
})

describe('what is to be deleted', () => {
  const form = deleteForm({ now: () => Date.UTC(2026, 2, 1, 12), zone: 'Asia/Kolkata' })
  const issues = (entry: { query: string; from: string; to: string }) =>
    form.safeParse(entry).error?.issues.map(({ path, message }) => [path.join('.'), message])

  test('has fixed times: what is relative is meant from now, what has no zone is of the zone shown', () => {
    expect(form.parse({ query: ' service:cart ', from: '2026-03-01 14:30', to: 'now' })).toEqual({
      query: 'service:cart',
      from_time: '2026-03-01T09:00:00.000Z',
      to_time: '2026-03-01T12:00:00.000Z',
    })
    expect(form.parse({ query: '*', ...EVERYTHING })).toEqual({
      query: '*',
      from_time: 'beginning',
      to_time: '2026-03-03T12:00:00.000Z',
    })
  })

  test('is never everything by mistake, and each mistake is said where it is', () => {
    expect(issues({ query: '  ', from: 'now-1h', to: 'now' })).toEqual([
      ['query', 'Write what is to go; everything is *.'],
    ])
    expect(issues({ query: '(a', from: 'soon', to: 'now' })?.map(([path]) => path)).toEqual(['query', 'from'])
    expect(issues({ query: '*', from: 'now', to: 'now-1h' })).toEqual([
      ['to', 'The end must be after the beginning.'],
    ])
  })

  test('is confirmed by the number, however it is written, or the word, and by nothing else', () => {
    for (const typed of ['1234567', ' 1,234,567 ', '1.234.567', '1 234 567', 'delete', 'DELETE'])
      expect(confirms(typed, 1_234_567)).toBe(true)
    for (const typed of ['', '123456', '12345678', 'yes', 'del'])
      expect(confirms(typed, 1_234_567)).toBe(false)
  })
})

test('bytes and spans are written in the unit that a person would choose', () => {
  expect([0, 1, 12_300, 3_400_000, 120e6, 999.6e6, 2.5e9, 9.96e9, 40e9, 1.2e12].map(bytesText)).toEqual([
    '0 kB',
    '1 kB',
    '13 kB',
    '3.4 MB',
    '120 MB',
    '1.0 GB',
    '2.5 GB',
    '10 GB',
    '40 GB',
    '1.2 TB',
  ])
  expect([0, 1, 340, 999, 1_000, 61_000, 7_200_000, 86_400_000 * 3.5].map(spanText)).toEqual([
    '0 seconds',
    '0.1 seconds',
    '0.4 seconds',
    '1.0 seconds',
    '1 second',
    '1 minute',
    '2 hours',
    '3 days',
  ])
})
