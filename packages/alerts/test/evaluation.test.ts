import { expect, test } from 'vitest'
import {
  type AlertState,
  type Evaluation,
  newAlert,
  queryOf,
  stepRule,
  WHOLE_RULE,
  windowOf,
} from '../src/index.ts'
import { aRule } from './a-rule.ts'

const groups = (counts: Record<string, number>, complete = true): Evaluation => ({
  kind: 'groups',
  counts: new Map(Object.entries(counts)),
  complete,
})
const grouped = aRule({ groupBy: 'service' })

function after(states: ReadonlyMap<string, AlertState>, changes: ReadonlyMap<string, AlertState | null>) {
  const all = new Map(states)
  for (const [group, state] of changes) {
    if (state === null) all.delete(group)
    else all.set(group, state)
  }
  return all
}

test('each group fires and resolves by itself', () => {
  const first = stepRule(grouped, new Map(), groups({ cart: 2000, shop: 10, auth: 1500 }), 0)
  expect(first.notices.map(({ group, notice }) => `${group} ${notice}`)).toEqual([
    'cart firing',
    'auth firing',
  ])
  const states = after(new Map(), first.states)
  const second = stepRule(grouped, states, groups({ auth: 1500, shop: 1200 }), 60_000)
  expect(second.notices.map(({ group, notice }) => `${group} ${notice}`)).toEqual([
    'shop firing',
    'cart resolved',
  ])
})

test('a group that has been calm is forgotten, the rule itself is not', () => {
  let states = after(new Map(), stepRule(grouped, new Map(), groups({ cart: 2000, shop: 1 }), 0).states)
  expect([...states.keys()]).toEqual([WHOLE_RULE, 'cart'])
  states = after(states, stepRule(grouped, states, groups({}), 60_000).states)
  states = after(states, stepRule(grouped, states, groups({}), 120_000).states)
  expect([...states.keys()]).toEqual([WHOLE_RULE])
})

test('a group left out of an incomplete answer is not taken for calm', () => {
  const states = after(new Map(), stepRule(grouped, new Map(), groups({ cart: 2000 }), 0).states)
  const step = stepRule(grouped, states, groups({ big: 9000, other: 5000 }, false), 60_000)
  expect(step.notices.map(({ group }) => group)).toEqual(['big', 'other'])
  expect(step.states.has('cart')).toBe(false)
})

test('a failed evaluation touches no group', () => {
  const states = after(new Map(), stepRule(grouped, new Map(), groups({ cart: 2000 }), 0).states)
  const step = stepRule(grouped, states, { kind: 'unknown', reason: 'down' }, 60_000)
  expect([...step.states.keys()]).toEqual([WHOLE_RULE])
  expect(step.notices).toEqual([])
})

test('a match rule looks back over the time the alerter was down, a threshold rule does not', () => {
  const evaluatedAt = 1_000_000
  const state = { ...newAlert(0), evaluatedAt }
  const match = aRule({ kind: 'match', moreThan: 0, window: 60_000, every: 30_000 })
  expect(windowOf(match, undefined, evaluatedAt)).toEqual({ from: 940_000, to: 1_000_000 })
  expect(windowOf(match, state, evaluatedAt + 30_000)).toEqual({ from: 970_000, to: 1_030_000 })
  expect(windowOf(match, state, evaluatedAt + 600_000)).toEqual({ from: 970_000, to: 1_600_000 })
  expect(windowOf(match, state, evaluatedAt + 86_400_000).from).toBe(evaluatedAt + 86_400_000 - 3_600_000)
  expect(windowOf(aRule(), state, evaluatedAt + 600_000)).toEqual({ from: 1_300_000, to: 1_600_000 })
})

test('the query of a group keeps what the rule asks and names the group', () => {
  expect(queryOf(aRule(), WHOLE_RULE)).toBe('level>=error')
  expect(queryOf(grouped, 'cart')).toBe('level>=error service:cart')
  expect(queryOf(aRule({ groupBy: 'service', query: 'a OR b' }), 'say "x"')).toBe(
    '(a OR b) service:"say \\"x\\""',
  )
})
