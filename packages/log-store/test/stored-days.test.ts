import { NANOS_PER_DAY } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchOf, draft } from '../src/contract/store-under-test.ts'
import type { StoredDay } from '../src/port.ts'
import { countLevels } from '../src/segments/manifest/level-counts.ts'
import type { SegmentInfo } from '../src/segments/manifest/manifest-format.ts'
import { daysOf } from '../src/segments/questions/storage.ts'
import { storedDays } from '../src/stored-days.ts'

const day = fc.bigInt({ min: -40_000n, max: 40_000n }).map((number) => number * NANOS_PER_DAY)
const part: fc.Arbitrary<StoredDay> = fc.record({
  day: fc.option(day, { nil: undefined }),
  events: fc.nat(1_000),
  bytes: fc.nat(1_000_000),
  segments: fc.nat(3),
  newest: fc.bigInt({ min: 0n, max: 1_000_000n }),
})

test('days come newest first and once, what is of too many days last, and nothing is lost in the sum', () => {
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const days = storedDays(parts)
      const known = days.flatMap(({ day }) => (day === undefined ? [] : [day]))
      expect(known).toEqual([...new Set(known)].sort((a, b) => (a < b ? 1 : -1)))
      expect(days.findIndex(({ day }) => day === undefined)).toBeOneOf([-1, days.length - 1])
      for (const key of ['events', 'bytes', 'segments'] as const) expect(sum(days, key)).toBe(sum(parts, key))
      for (const { day, newest } of days) {
        const same = parts.filter((each) => each.day === day)
        expect(same.map((each) => each.newest)).toContain(newest)
        expect(same.every((each) => each.newest <= newest)).toBe(true)
      }
    }),
  )
})

test('a file with events of several days is told apart by them where its counts can, and is never lost or doubled', () => {
  const time = fc.oneof(
    fc.bigInt({ min: 0n, max: 5n * NANOS_PER_DAY - 1n }),
    fc.bigInt({ min: -40_000n * NANOS_PER_DAY, max: 40_000n * NANOS_PER_DAY }),
  )
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 200 }), fc.nat(100_000), (times, bytes) => {
      const segment = segmentOf(times, bytes)
      const days = daysOf(segment, 1)
      expect([sum(days, 'events'), sum(days, 'bytes'), sum(days, 'segments')]).toEqual([
        times.length,
        bytes,
        1,
      ])
      expect(days.every((each) => each.bytes >= 0)).toBe(true)
      for (const { day, events } of days) {
        const of = times.filter((time) => day !== undefined && time >= day && time < day + NANOS_PER_DAY)
        expect(events).toBe(day === undefined ? times.length : of.length)
      }
      const isShort = times.every((time) => time >= 0n && time < 5n * NANOS_PER_DAY)
      if (isShort) expect(days.map(({ day }) => day)).not.toContain(undefined)
    }),
  )
})

function segmentOf(times: readonly bigint[], bytes: number): SegmentInfo {
  const ascending = times.toSorted((a, b) => (a < b ? -1 : 1))
  const [first = 0n] = ascending
  const last = ascending.at(-1) ?? 0n
  return {
    file: 'several.parquet',
    format: 1,
    bytes,
    crc: 0,
    rows: times.length,
    weight: times.length,
    min_time: first,
    max_time: last,
    min_receipt: 0n,
    max_receipt: 0n,
    fields: [],
    counts: countLevels(batchOf(times.map((timestamp, index) => draft(`e-${index}`, { timestamp })))),
  }
}

function sum(days: readonly StoredDay[], key: 'events' | 'bytes' | 'segments'): number {
  return days.reduce((total, each) => total + each[key], 0)
}
