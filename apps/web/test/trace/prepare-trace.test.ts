import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factsOf } from '../../src/features/trace/prepare-facts.ts'
import { traceItems } from '../../src/features/trace/prepare-gaps.ts'
import { prepareLanes } from '../../src/features/trace/prepare-lanes.ts'
import { offsetNanos, offsetText } from '../../src/features/trace/trace-times.ts'
import { anyTrace, traceLog } from './trace-logs.ts'

describe('the facts of a trace', () => {
  test('services stand in the order in which they first wrote, levels worst first, and the first error is the first', () => {
    const facts = factsOf([
      traceLog(0, { service: 'gateway' }),
      traceLog(10, { service: 'cart', level: 'warn' }),
      traceLog(20, { service: 'gateway', level: 'error' }),
      traceLog(30, { level: 'fatal' }),
      traceLog(40, { service: 'cart', level: 'unknown' }),
    ])
    expect(facts?.services).toEqual([
      { value: 'gateway', count: 2 },
      { value: 'cart', count: 2 },
      { value: '', count: 1 },
    ])
    expect(facts?.levels.map(({ value }) => value)).toEqual(['fatal', 'error', 'warn', 'info', 'unknown'])
    expect(facts?.firstError?.id).toBe('b-20')
  })

  test('every line counts once under its service and once under its level', () => {
    fc.assert(
      fc.property(anyTrace, (logs) => {
        const facts = factsOf(logs)
        expect(facts === undefined).toBe(logs.length === 0)
        for (const counts of facts === undefined ? [] : [facts.services, facts.levels]) {
          expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(logs.length)
        }
      }),
    )
  })
})

describe('the gaps of a trace', () => {
  test('a long silence is marked with its length, to the nanosecond; short ones are not', () => {
    const logs = [traceLog(0), traceLog(1_000_000), traceLog(1_201_000_001), traceLog(1_202_000_000)]
    const items = traceItems(logs, logs[0])
    expect(items.map((item) => (item.kind === 'gap' ? item.nanos : item.log.id))).toEqual([
      'b-0',
      'b-1000000',
      1_200_000_001,
      'b-1201000001',
      'b-1202000000',
    ])
  })

  test('lines at a steady pace have no gaps between them; where the pace breaks off there is one', () => {
    const steady = [0, 1, 2, 3, 4, 5, 6, 7].map((tenth) => traceLog(tenth * 100_000_000))
    const gaps = (logs: typeof steady) => traceItems(logs, logs[0]).filter(({ kind }) => kind === 'gap')
    expect(gaps(steady)).toEqual([])
    expect(gaps([...steady, traceLog(1_400_000_000)])).toHaveLength(1)
  })

  test('every line is there once, in its order, and silence and lines make up the whole', () => {
    fc.assert(
      fc.property(anyTrace, (logs) => {
        const items = traceItems(logs, logs[0])
        const lines = items.flatMap((item) => (item.kind === 'line' ? [item.log] : []))
        expect(lines).toEqual(logs)
        const gaps = items.flatMap((item) => (item.kind === 'gap' ? [item.nanos] : []))
        expect(gaps.length).toBeLessThanOrEqual(20)
      }),
    )
  })
})

describe('the lanes of a trace', () => {
  test('each line is in one mark of its service, at its place, under the worst level there', () => {
    fc.assert(
      fc.property(anyTrace, (logs) => {
        const { lanes, gaps } = prepareLanes(logs)
        const marks = lanes.flatMap((lane) => lane.marks)
        expect(marks.reduce((sum, { count }) => sum + count, 0)).toBe(logs.length)
        const places = [...marks.map(({ at }) => at), ...gaps.flatMap(({ from, to }) => [from, to])]
        for (const lane of lanes) places.push(...lane.spans.flatMap(({ from, to }) => [from, to]))
        for (const place of places) expect(place >= 0 && place <= 1).toBe(true)
        const isBad = (level: string) => level === 'error' || level === 'fatal'
        expect(marks.some(({ level }) => isBad(level))).toBe(logs.some(({ level }) => isBad(level)))
      }),
    )
  })

  test('a lane has at most so many marks as there are places, however many lines', () => {
    const logs = Array.from({ length: 5_000 }, (_, i) => traceLog(i * 1_000, { id: `b-${i}` }))
    expect(prepareLanes(logs).lanes[0]?.marks.length).toBeLessThanOrEqual(241)
  })
})

test('times since the beginning are exact to the nanosecond and written short', () => {
  expect(offsetNanos(traceLog(1_234_567_891), traceLog(1))).toBe(1_234_567_890)
  expect([0, 12_345_678, 61e9].map(offsetText)).toEqual(['0', '+12.3 ms', '+1 min 1 s'])
})
