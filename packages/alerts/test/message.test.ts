import { describe, expect, test } from 'vitest'
import { buildMessage, type MessageFacts, newAlert, WHOLE_RULE } from '../src/index.ts'
import { aRule } from './a-rule.ts'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const facts = (changes: Partial<MessageFacts> = {}): MessageFacts => ({
  id: '01',
  rule: aRule(),
  group: WHOLE_RULE,
  notice: 'firing',
  state: { ...newAlert(NOW), status: 'firing', value: 1532 },
  window: { from: NOW - 300_000, to: NOW },
  samples: [
    {
      time: '2026-01-02T03:04:04.000Z',
      level: 'error',
      service: 'cart',
      message: 'no\nbread\u001b[31m today',
    },
  ],
  webUrl: 'http://127.0.0.1:3000',
  now: NOW,
  ...changes,
})

test('a message says what, how much and when, and links to exactly those logs', () => {
  const message = buildMessage(facts())
  expect(message.subject).toBe('[critical] Many errors: 1,532 events in 5m (more than 1,000)')
  expect(message.text.split('\n')).toEqual([
    message.subject,
    'rule: more than 1,000 events in 5m of level>=error',
    'time: 2026-01-02T02:59:05.000Z to 2026-01-02T03:04:05.000Z',
    `logs: ${message.link}`,
    '',
    '2026-01-02T03:04:04.000Z error cart no bread [31m today',
  ])
  const link = new URL(message.link)
  expect(Object.fromEntries(link.searchParams)).toEqual({
    query: 'level>=error',
    from: '2026-01-02T02:59:05.000Z',
    to: '2026-01-02T03:04:05.000Z',
  })
})

describe('the subject of', () => {
  const subject = (changes: Partial<MessageFacts>) => buildMessage(facts(changes)).subject
  test.each<[string, Partial<MessageFacts>, string]>([
    [
      'a match',
      {
        rule: aRule({ kind: 'match', moreThan: 0, severity: 'warning' }),
        state: { ...newAlert(NOW), value: 1 },
      },
      '[warning] Many errors: 1 event in 5m',
    ],
    [
      'a group',
      { rule: aRule({ groupBy: 'service' }), group: 'cart' },
      '[critical] Many errors (service cart): 1,532 events in 5m (more than 1,000)',
    ],
    [
      'a resolve',
      { notice: 'resolved', state: { ...newAlert(NOW), value: 3 } },
      '[resolved] Many errors: over, 3 events in 5m',
    ],
    [
      'an unknown',
      {
        notice: 'unknown',
        state: { ...newAlert(NOW), unknown: { since: NOW, reason: 'down', notifiedAt: null } },
      },
      '[unknown] Many errors: cannot be evaluated since 2026-01-02T03:04:05.000Z: down',
    ],
    ['a rule that is back', { notice: 'known' }, '[known] Many errors: can be evaluated again'],
  ])('%s', (_what, changes, expected) => {
    expect(subject(changes)).toBe(expected)
  })
})

test('long lines are cut and at most five are shown', () => {
  const line = { time: 't', level: 'error', service: undefined, message: 'x'.repeat(5000) }
  const { samples } = buildMessage(facts({ samples: Array.from({ length: 50 }, () => line) }))
  expect(samples.length).toBe(5)
  expect(samples[0]?.length).toBeLessThan(330)
})
