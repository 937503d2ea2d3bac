import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AlertState, type Notice, newAlert, type Outcome, step } from '../src/index.ts'
import { aRule } from './a-rule.ts'

const MINUTE = 60_000
const count = (n: number): Outcome => ({ kind: 'count', count: n })
const failed: Outcome = { kind: 'unknown', reason: 'query does not answer' }

/** Runs outcomes a minute apart; returns what was told after each, and the last state. */
function run(
  rule: ReturnType<typeof aRule>,
  outcomes: readonly Outcome[],
): { told: (readonly Notice[])[]; state: AlertState } {
  let state = newAlert(0)
  const told = outcomes.map((outcome, minute) => {
    const next = step(rule, state, outcome, minute * MINUTE)
    state = next.state
    return next.notices
  })
  return { told, state }
}

describe('the threshold rule', () => {
  test('1,000 errors are not more than 1,000; one more fires', () => {
    expect(run(aRule(), [count(1000)])).toMatchObject({ told: [[]], state: { status: 'ok', value: 1000 } })
    expect(run(aRule(), [count(1001)])).toMatchObject({
      told: [['firing']],
      state: { status: 'firing', value: 1001 },
    })
  })

  test('fires once, resolves once, and fires again', () => {
    const { told, state } = run(aRule(), [count(2000), count(3000), count(5), count(5), count(2000)])
    expect(told).toEqual([['firing'], [], ['resolved'], [], ['firing']])
    expect(state).toMatchObject({ status: 'firing', since: 4 * MINUTE })
  })

  test('with `for` it is pending first, and a dip starts the wait again', () => {
    const rule = aRule({ for: 2 * MINUTE })
    const { told } = run(rule, [count(2000), count(2000), count(1), count(2000), count(2000), count(2000)])
    expect(told).toEqual([[], [], [], [], [], ['firing']])
  })

  test('tells again after the repeat interval', () => {
    const { told } = run(
      aRule({ repeat: 3 * MINUTE }),
      Array.from({ length: 8 }, () => count(2000)),
    )
    expect(told.flatMap((notices, minute) => (notices.length > 0 ? [minute] : []))).toEqual([0, 3, 6])
  })

  test('after a resolve it rests for the cooldown, and then fires if it is still breached', () => {
    const { told } = run(aRule({ cooldown: 3 * MINUTE }), [
      count(2000),
      count(1),
      count(2000),
      count(2000),
      count(2000),
    ])
    expect(told).toEqual([['firing'], ['resolved'], [], [], ['firing']])
  })
})

test('a match rule fires at the first event and resolves when there is none any more', () => {
  const { told } = run(aRule({ kind: 'match', moreThan: 0 }), [count(0), count(1), count(1), count(0)])
  expect(told).toEqual([[], ['firing'], [], ['resolved']])
})

describe('an evaluation that failed', () => {
  test('is never taken for "nothing found": a firing alert stays firing', () => {
    const { told, state } = run(aRule(), [count(2000), failed, failed, count(2000)])
    expect(told).toEqual([['firing'], [], [], []])
    expect(state.status).toBe('firing')
    expect(run(aRule(), [count(2000), failed]).state).toMatchObject({
      status: 'firing',
      value: 2000,
      evaluatedAt: 0,
      unknown: { reason: 'query does not answer', since: MINUTE },
    })
  })

  test('is told when it lasts five minutes, repeated, and told when it is over', () => {
    const rule = aRule({ repeat: 4 * MINUTE })
    const { told } = run(rule, [count(1), ...Array.from({ length: 11 }, () => failed), count(1), count(1)])
    expect(told.flatMap((notices, minute) => notices.map((notice) => `${minute} ${notice}`))).toEqual([
      '6 unknown',
      '10 unknown',
      '12 known',
    ])
  })

  test('of short duration is not told', () => {
    expect(run(aRule(), [failed, failed, failed, count(1)]).told.flat()).toEqual([])
  })
})

describe('whatever happens', () => {
  const outcome = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 998, max: 1003 }).map(count) },
    { weight: 2, arbitrary: fc.constant(failed) },
  )
  const minutes = (max: number) => fc.integer({ min: 0, max }).map((n) => n * MINUTE)
  const timeline = fc.record({
    rule: fc
      .record({ for: minutes(4), repeat: minutes(20).map((n) => n + MINUTE), cooldown: minutes(6) })
      .map(aRule),
    steps: fc.array(fc.record({ outcome, wait: fc.integer({ min: 1, max: 300_000 }) }), { maxLength: 60 }),
  })
  /** Replays a timeline; `through` is what the state goes through between two evaluations. */
  const replay = (
    { rule, steps }: typeof timeline extends fc.Arbitrary<infer T> ? T : never,
    through: (state: AlertState) => AlertState = (state) => state,
  ) => {
    let now = 0
    let state = newAlert(now)
    const told: { at: number; notice: Notice }[] = []
    const breaches: { at: number; outcome: Outcome; status: AlertState['status'] }[] = []
    for (const one of steps) {
      now += one.wait
      const next = step(rule, through(state), one.outcome, now)
      state = next.state
      for (const notice of next.notices) told.push({ at: now, notice })
      breaches.push({ at: now, outcome: one.outcome, status: state.status })
    }
    return { told, breaches, state }
  }

  test('between two firing notices lies a resolve or the repeat interval', () => {
    fc.assert(
      fc.property(timeline, (line) => {
        let last: number | undefined
        for (const { at, notice } of replay(line).told) {
          if (notice === 'resolved') last = undefined
          if (notice !== 'firing') continue
          if (last !== undefined) expect(at - last).toBeGreaterThanOrEqual(line.rule.repeat)
          last = at
        }
      }),
    )
  })

  test('every resolve follows a firing, and none is forgotten', () => {
    fc.assert(
      fc.property(timeline, (line) => {
        const { told, state } = replay(line)
        const kinds = told
          .map(({ notice }) => notice)
          .filter((notice) => notice === 'firing' || notice === 'resolved')
        const changes = kinds.filter((notice, i) => i === 0 || notice !== kinds[i - 1])
        expect(changes.every((notice, i) => notice === (i % 2 === 0 ? 'firing' : 'resolved'))).toBe(true)
        expect(kinds.at(-1) === 'firing').toBe(state.status === 'firing')
      }),
    )
  })

  test('it fires only after being breached for `for` without a dip', () => {
    fc.assert(
      fc.property(timeline, (line) => {
        const { told, breaches } = replay(line)
        for (const { at, notice } of told) {
          if (notice !== 'firing') continue
          const before = breaches.filter((one) => one.at > at - line.rule.for && one.at <= at)
          expect(before.every((one) => one.outcome.kind === 'unknown' || one.outcome.count > 1000)).toBe(true)
        }
      }),
    )
  })

  test('a restart from the stored state at any moment changes nothing and sends nothing twice', () => {
    fc.assert(
      fc.property(timeline, (line) => {
        const stored = (state: AlertState): AlertState => JSON.parse(JSON.stringify(state))
        expect(replay(line, stored)).toEqual(replay(line))
      }),
    )
  })
})
