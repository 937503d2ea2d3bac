import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderLog } from '../src/ask/log-line.ts'
import { markSpans } from '../src/ask/mark-spans.ts'
import { renderAppLine } from '../src/start/app-line.ts'
import { terminalText } from '../src/terminal-text.ts'

const PLAIN = (_role: string, text: string) => text

test('nothing in a log can drive the terminal', () => {
  expect(terminalText('a\u001b[2J\u0007\u009b31m\r\nb\u202ec\u2066d\u2028e\u007f\ttab')).toBe(
    'a\\e[2J\\x07\\x9b31m\\r\\nb\\u202ec\\u2066d\\u2028e\\x7f\ttab',
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(terminalText(text).replaceAll('\t', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
    }),
  )
})

test('text without control codes is shown as it is, in any script', () => {
  const text = 'größer 日本語 עברית 👩‍👩‍👧 {"a": "\\u001b"}'
  expect(terminalText(text)).toBe(text)
})

test('the wrong part of a query is marked below it, also behind wide characters and control codes', () => {
  expect(markSpans('level:error foo:(', [{ start: 16, end: 17, message: 'a ")" is missing' }])).toEqual([
    '  level:error foo:(',
    '                  ^ a ")" is missing',
  ])
  expect(markSpans('日本 \u001b bad', [{ start: 5, end: 8, message: 'no' }])).toEqual([
    '  日本 \\e bad',
    '          ^^^ no',
  ])
  expect(markSpans('x', [{ start: 1, end: 1, message: 'said' }], 'said')).toEqual(['  x', '   ^'])
})

test('a log is one line for programs, and further lines of a message stand behind a bar for people', () => {
  const log = {
    id: 'b-0',
    '@timestamp': '2026-03-01T12:00:00.000Z',
    observed_at: '2026-03-01T12:00:00.000Z',
    level: 'error' as const,
    severity_number: 17,
    service: 'checkout',
    message: 'failed\n2026-03-01T12:00:01.000Z INFO forged line',
    source: 'json',
    weight: 1,
    flags: [],
    attributes: { status: 500, big: 9_007_199_254_740_993n, note: 'two words' },
    resource: {},
  }
  expect(renderLog(log, PLAIN, { multiline: false })).toBe(
    '2026-03-01T12:00:00.000Z ERROR   checkout failed\\n2026-03-01T12:00:01.000Z INFO forged line status=500 big=9007199254740993 note="two words"',
  )
  expect(renderLog(log, PLAIN, { multiline: true }).split('\n')).toEqual([
    '2026-03-01T12:00:00.000Z ERROR   checkout failed status=500 big=9007199254740993 note="two words"',
    '  | 2026-03-01T12:00:01.000Z INFO forged line',
  ])
})

test("lines of the apps are shown for people, and what is not pino's JSON as it is", () => {
  const line = '{"level":40,"time":"2026-03-01T12:00:00.123Z","app":"ingest","msg":"slow","ms":12}'
  expect(renderAppLine(line, PLAIN)).toBe('12:00:00.123 warn  slow ms=12')
  for (const text of ['plain', '{broken', '{"level":"high"}', '[1]'])
    expect(renderAppLine(text, PLAIN)).toBe(text)
  expect(renderAppLine('\u001b[2J', PLAIN)).toBe('\\e[2J')
})
