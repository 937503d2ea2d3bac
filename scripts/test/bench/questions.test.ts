import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Ledger } from '../../../bench/expected/ledger.ts'
import { seededRandom } from '../../../bench/generator/random.ts'
import { single } from '../../../bench/measure/singles.ts'
import { answered } from '../../../bench/questions/ask-all.ts'
import { wrongWith } from '../../../bench/questions/check.ts'
import type { Asked, Expected, Instance } from '../../../bench/questions/question.ts'
import { QUESTIONS } from '../../../bench/questions/questions.ts'
import { isoFromMicros, someRange, someRangeOf } from '../../../bench/questions/ranges.ts'
import { questionRows } from '../../../bench/report/question-rows.ts'
import { workload } from '../../../bench/workloads.ts'

const READ = { rows: 12_345, bytes: 6_000_000, segments: 3 }
const START = 1_770_000_000_000_000
const RANGE = { from: START, to: START + 10_000_000 }

/** Four events, 2 s apart: a, b, a, c. */
const ledger = new Ledger()
ledger.addSingles(
  ['a', 'b', 'a', 'c'].map((service, index) => single(`event ${index}`, START + index * 2_000_000, service)),
)

function asked(path: Instance['path'], expected: Expected, answer: unknown, range = RANGE): Asked {
  return {
    instance: { path, parameters: {}, expected },
    range,
    at: 0,
    millis: 7,
    tookMillis: 5,
    read: READ,
    answer,
  }
}

function found(times: readonly number[], total: number) {
  const log = (micros: number) => ({
    id: '1',
    '@timestamp': isoFromMicros(micros),
    observed_at: isoFromMicros(micros),
    level: 'info',
    severity_number: 9,
    message: '',
    source: 'ndjson',
    weight: 1,
    flags: [],
    attributes: {},
    resource: {},
  })
  return { total, total_relation: 'eq', logs: times.map(log), next_cursor: null, read: READ, took_ms: 1 }
}

const all = () => true
const newest = [3, 2, 1, 0].map((index) => START + index * 2_000_000)

describe('an answer', () => {
  test('of rows must be the latest, newest first', () => {
    const rows: Expected = { kind: 'rows', matches: all, limit: 3 }
    expect(wrongWith(asked('search', rows, found(newest.slice(0, 3), 3)), ledger)).toBeUndefined()
    expect(wrongWith(asked('search', rows, found(newest.slice(0, 2), 3)), ledger)).toContain('2 rows')
    expect(wrongWith(asked('search', rows, found(newest.slice(1, 4), 3)), ledger)).toContain('row 0')
    const swapped = [newest[0], newest[2], newest[1]].map(Number)
    expect(wrongWith(asked('search', rows, found(swapped, 3)), ledger)).toContain('row 1')
  })

  test('of a total must be exact for its range', () => {
    const total: Expected = { kind: 'total', matches: ({ service }) => service === 'a' }
    expect(wrongWith(asked('search', total, found([], 2)), ledger)).toBeUndefined()
    expect(wrongWith(asked('search', total, found([], 1)), ledger)).toContain('expected 2')
    const later = { from: START + 1, to: RANGE.to }
    expect(wrongWith(asked('search', total, found([], 2), later), ledger)).toContain('expected 1')
  })

  test('of one event is that event where the range holds it, and nothing else', () => {
    const event: Expected = { kind: 'event', micros: START + 2_000_000 }
    expect(wrongWith(asked('search', event, found([START + 2_000_000], 1)), ledger)).toBeUndefined()
    expect(wrongWith(asked('search', event, found([START], 1)), ledger)).toContain('row 0')
    expect(wrongWith(asked('search', event, found([], 0)), ledger)).toContain('0 rows')
    const later = { from: START + 2_000_001, to: RANGE.to }
    expect(wrongWith(asked('search', event, found([], 0), later), ledger)).toBeUndefined()
  })

  test('of groups must have each count right, and each bucket', () => {
    const groups: Expected = { kind: 'groups', matches: all, key: ({ service }) => service, limit: 2 }
    const answer = (top: [string, number][], counts: number[], total = 4) => ({
      from_time: isoFromMicros(START),
      to_time: isoFromMicros(START + counts.length * 5_000_000),
      total,
      interval_ms: 5_000,
      by: 'service',
      top: top.map(([value, count]) => ({ value, count })),
      buckets: counts.map((count, index) => ({ start: isoFromMicros(START + index * 5_000_000), count })),
      read: READ,
      took_ms: 1,
    })
    const wrong = (given: unknown) => wrongWith(asked('aggregate', groups, given), ledger)
    expect(
      wrong(
        answer(
          [
            ['a', 2],
            ['b', 1],
          ],
          [3, 1],
        ),
      ),
    ).toBeUndefined()
    expect(
      wrong(
        answer(
          [
            ['a', 2],
            ['c', 1],
          ],
          [3, 1],
        ),
      ),
    ).toBeUndefined()
    expect(
      wrong(
        answer(
          [
            ['a', 2],
            ['b', 1],
          ],
          [2, 2],
        ),
      ),
    ).toContain('bucket')
    expect(
      wrong(
        answer(
          [
            ['a', 1],
            ['b', 1],
          ],
          [3, 1],
        ),
      ),
    ).toContain('value 0')
    expect(
      wrong(
        answer(
          [
            ['b', 1],
            ['c', 1],
          ],
          [3, 1],
        ),
      ),
    ).toContain('value 0')
    expect(wrong(answer([['a', 2]], [3, 1]))).toContain('1 values')
    expect(
      wrong(
        answer(
          [
            ['a', 2],
            ['b', 1],
          ],
          [3, 1],
          3,
        ),
      ),
    ).toContain('total 3')
  })

  test('of percentiles must have each group right, as exactly as it says it is', () => {
    const durations = [10, 20, 30, 40]
    const sent = new Ledger()
    sent.addSingles(
      durations.map((durationMillis, index) => {
        const one = single('', START + index, index < 3 ? 'a' : 'b')
        return { ...one, event: { ...one.event, durationMillis } }
      }),
    )
    const expected: Expected = {
      kind: 'percentile',
      matches: all,
      key: ({ service }) => service,
      number: ({ durationMillis }) => durationMillis,
      percent: 50,
      limit: 2,
    }
    const wrong = (a: [count: number, value: number], relative_error = 0, b: [number, number] = [1, 40]) =>
      wrongWith(
        asked('percentiles', expected, {
          relative_error,
          groups: [
            { value: 'a', count: a[0], values: [a[1]] },
            { value: 'b', count: b[0], values: [b[1]] },
          ],
        }),
        sent,
      )
    expect(wrong([3, 20])).toBeUndefined()
    expect(wrong([3, 20.1])).toContain('expected 20')
    expect(wrong([3, 20.1], 0.01)).toBeUndefined()
    expect(wrong([3, 20.3], 0.01)).toContain('expected 20')
    expect(wrong([2, 20])).toContain('group 0')
    expect(wrong([3, 20], 0, [1, 41])).toContain('percentile of b')
    const none = asked('percentiles', expected, { relative_error: 0, groups: [] })
    expect(wrongWith(none, sent)).toContain('0 groups')
  })

  test('that is wrong makes its row miss the goal, however fast it was', () => {
    const [question] = QUESTIONS
    if (question === undefined) throw new Error('no questions')
    const total: Expected = { kind: 'total', matches: all }
    const right = asked('search', total, found([], 4))
    const wrong = asked('search', total, found([], 3))
    const rowsOf = (...ones: Asked[]) =>
      questionRows([answered({ question, asked: ones, failures: [] }, ledger)])
    expect(rowsOf(right)[0]).toMatchObject({ met: true, measured: 'median 7.0 ms, worst 7.0 ms' })
    expect(rowsOf(right)[0]?.note).toContain('looked at 12,345 rows, 6.0 MB in 3 segments')
    expect(rowsOf(right, wrong)[0]?.met).toBe(false)
    expect(rowsOf(right, wrong)[0]?.note).toContain('WRONG 1 times: ')
    expect(
      answered({ question, asked: [right, wrong], failures: ['no answer'] }, ledger).problems,
    ).toHaveLength(2)
    expect(answered({ question, asked: [wrong], failures: [] }, ledger, () => false)).toMatchObject({
      problems: [],
      checked: 0,
    })
  })
})

describe('the questions', () => {
  test('have something to find in what is sent', () => {
    const load = workload('test')
    const sent = new Ledger()
    const sendings = Array.from({ length: load.bodies }, (_, body) => ({
      body,
      endMicros: START + body * 1_000_000,
      microsPerEvent: 1_000,
      seed: [body, 1] satisfies [number, number],
    }))
    sent.add(load, sendings)
    sent.addSingles([single('a quokka was seen', START)])
    const choices = { random: seededRandom(1), ledger: sent, rareWords: ['quokka'] }
    for (const { instance } of QUESTIONS)
      for (let n = 0; n < 5; n++) {
        const { expected } = instance(choices)
        if (expected.kind !== 'event') expect(sent.count(expected.matches, sent.span())).toBeGreaterThan(0)
      }
  })

  test('are about ranges inside the span, of all widths, with odd edges', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 100_000, max: 1e12 }), (seed, width) => {
        const span = { from: START, to: START + width }
        const random = seededRandom(seed)
        for (const range of [someRange(span, random), someRangeOf(width / 3, span, random)]) {
          expect(range.from).toBeGreaterThanOrEqual(span.from)
          expect(range.to).toBeLessThanOrEqual(span.to + 1)
          expect(range.to).toBeGreaterThan(range.from)
          expect(range.from % 2).toBe(1)
        }
      }),
    )
  })

  test('write times to the microsecond', () => {
    expect(isoFromMicros(1_770_000_000_123_456)).toBe('2026-02-02T02:40:00.123456Z')
    expect(isoFromMicros(1_770_000_000_000_001)).toBe('2026-02-02T02:40:00.000001Z')
  })
})
