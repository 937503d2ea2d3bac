import type { LogEvent } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePredicate, messageShape, parse, print, shapeQuery } from '../src/index.ts'

test('what differs from message to message is taken out, what is said is not', () => {
  const shapes: Readonly<Record<string, string>> = {
    'GET /api/items/42 answered in 17.5 ms': 'GET /api/items/<*> answered in <*> ms',
    'user 550e8400-e29b-41d4-baca-446655440000 logged in': 'user <*> logged in',
    'at 2026-03-01T12:00:00.123Z from 10.0.0.1:8080': 'at <*> from <*>',
    'took 1,204ms, delta -5 of +7 (3%)': 'took <*>, delta <*> of <*> (<*>%)',
    'order-42 of shard_7': 'order-<*> of <*>',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 at 0xdeadbeef': 'trace <*> at <*>',
    '{"user":"u-7","state":"new"}': '{"user":"u-<*>","state":"new"}',
    订单123失败: '订单<*>失败',
    'card declined': 'card declined',
    '': '',
  }
  for (const [message, shape] of Object.entries(shapes)) expect(messageShape(message)).toBe(shape)
})

test('a message longer than what shapes are made of is known by its beginning', () => {
  const long = `${'a'.repeat(999)}😀 tail`
  expect(messageShape(long)).toBe(`${'a'.repeat(999)}😀<…>`)
  expect(messageShape(`${long} and more`)).toBe(messageShape(long))
})

const anyMessage = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(...'ab7_ -+.:,/"\'=<*>()[]$^\\\n\u0000é'.split('')),
    maxLength: 30,
  }),
  fc
    .array(
      fc.oneof(
        fc.uuid(),
        fc.ipV4(),
        fc.double().map(String),
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        fc.constantFrom('user', 'failed', '<*>', 'v2', '-', '=', 'naïve'),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(' ')),
)

test('the shape of a shape is itself', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const shape = messageShape(message)
      expect(messageShape(shape)).toBe(shape)
    }),
  )
})

test('messages whose words differ never have one shape', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcxyzé_'.split('')), minLength: 1, maxLength: 6 })
  const separator = fc.constantFrom(' ', ', ', '=', ': ', ' 42 ', ' -7.5 ', '/')
  const sentence = fc.array(fc.tuple(word, separator), { maxLength: 6 })
  const wordsOf = (parts: [string, string][]) => parts.map(([word]) => word)
  fc.assert(
    fc.property(sentence, sentence, (one, other) => {
      const same = messageShape(one.flat().join('')) === messageShape(other.flat().join(''))
      if (same) expect(wordsOf(one)).toEqual(wordsOf(other))
    }),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      expect(messageShape(words.join(' '))).toBe(words.join(' '))
    }),
  )
})

test('the query of a shape finds the messages of that shape and no others, also as a reader would type it', () => {
  fc.assert(
    fc.property(anyMessage, anyMessage, (message, other) => {
      const query = shapeQuery(messageShape(message))
      const typed = parse(print(query))
      expect(typed.valid, print(query)).toBe(true)
      const matches = compilePredicate(typed.query, 0n)
      expect(matches(eventSaying(message)), print(query)).toBe(true)
      expect(matches(eventSaying(other)), `${print(query)} on ${other}`).toBe(
        messageShape(other) === messageShape(message),
      )
    }),
    { numRuns: 500 },
  )
})

function eventSaying(message: string): LogEvent {
  return {
    id: 'a-0',
    timestamp: 0n,
    observed_at: 0n,
    level: 'unknown',
    severity_number: 0,
    message,
    source: 'json',
    weight: 1,
    flags: 0,
    attributes: {},
    resource: {},
  }
}
