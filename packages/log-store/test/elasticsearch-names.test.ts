import { NANOS_PER_DAY, NANOS_PER_MILLI } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  eventIndex,
  eventIndexPatterns,
  isImported,
  isOfItsDay,
  sameIndex,
  spanOfIndex,
} from '../src/elasticsearch/names.ts'

const at = (text: string) => BigInt(Date.parse(text)) * NANOS_PER_MILLI
const period = fc.constantFrom('day', 'month')
/** From 1970 to 2199, with moments around midnight and the ends of months among them. */
const moment = fc
  .tuple(fc.bigInt(0n, 84_000n), fc.constantFrom(0n, 1n, NANOS_PER_DAY / 2n, NANOS_PER_DAY - 1n))
  .map(([days, nanos]) => days * NANOS_PER_DAY + nanos)
const age = fc.bigInt(-4n, 40n).map((days) => days * NANOS_PER_DAY)

test('an index a month is named so that whatever reads those of days finds it', () => {
  const [time, late] = [at('2026-11-30T23:59:59Z'), at('2026-12-31T00:00:00Z')]
  expect(eventIndex('heartwood-audit-', time, time)).toBe('heartwood-audit-2026.11.30')
  expect(eventIndex('heartwood-audit-', time, time, 'month')).toBe('heartwood-audit-2026.11.month')
  expect(eventIndex('heartwood-audit-', time, late, 'month')).toBe('heartwood-audit-2026.11.month')
  expect(eventIndex('heartwood-audit-', time, late + NANOS_PER_DAY, 'month')).toBe(
    'heartwood-audit-imported.2027.01.month',
  )
  const patterns = eventIndexPatterns('p-').map((text) => new RegExp(`^${text.replaceAll('*', '.*')}$`))
  fc.assert(
    fc.property(moment, age, (received, old) => {
      const index = eventIndex('p-', received - old, received, 'month')
      expect(patterns.filter((pattern) => pattern.test(index))).toHaveLength(1)
    }),
  )
})

test('an index says by its name between which times what is in it happened, or was received', () => {
  expect(spanOfIndex('a-', 'a-2024.02.month')).toEqual({ from: at('2024-02-01'), to: at('2024-03-01') })
  expect(spanOfIndex('a-', 'a-2026.12.month')).toEqual({ from: at('2026-12-01'), to: at('2027-01-01') })
  expect(spanOfIndex('a-', 'a-2026.12.31')).toEqual({ from: at('2026-12-31'), to: at('2027-01-01') })
  for (const other of [
    'a-2026.12',
    'a-2026.13.month',
    'a-2026.12.months',
    'b-2026.12.month',
    'a-2026.12.all',
  ])
    expect(spanOfIndex('a-', other)).toBeUndefined()
  fc.assert(
    fc.property(moment, age, period, (received, old, every) => {
      const happened = received - old
      const index = eventIndex('a-', happened, received, every)
      const span = spanOfIndex('a-', index)
      const named = isImported('a-', index) ? received : happened
      expect(isImported('a-', index)).toBe(!isOfItsDay(happened, received))
      expect(span !== undefined && span.from <= named && named < span.to).toBe(true)
    }),
  )
})

test('what happened between the times of one index and was received with an event is in its index', () => {
  fc.assert(
    fc.property(
      moment,
      age,
      period,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (received, old, every, where) => {
        const index = eventIndex('a-', received - old, received, every)
        const { from, to } = sameIndex(received - old, received)
        const other = from + (BigInt(Math.floor(where * 1e6)) * (to - from - 1n)) / 1_000_000n
        expect(eventIndex('a-', other, received, every)).toBe(index)
        expect(from <= received - old && received - old < to).toBe(true)
      },
    ),
  )
})
