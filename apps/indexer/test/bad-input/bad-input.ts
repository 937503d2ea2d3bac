import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

/** What may be sent, what becomes of it, and what shows that it does: docs/bad-input.md is made from these. */
export interface BadInput {
  readonly what: string
  /** One clear outcome, as the page says it. */
  readonly outcome: string
  readonly proof: Sent | TestedElsewhere
}

/** A request, its answer, and the events that are found afterwards, all of them, in order. */
export interface Sent {
  readonly body: () => string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  /** What the answer says: counts or the error's code. */
  readonly answer: Readonly<Record<string, unknown>>
  /** Words of the answer. */
  readonly says?: string
  readonly events: readonly FoundEvent[]
}

export interface FoundEvent {
  readonly message?: string
  /** ISO, or "received": the receipt time, flagged as such. */
  readonly time?: string
  readonly flags?: readonly ('parse_failed' | 'utf8_repaired')[]
  /** Some of the attributes, or all of them under `only`. */
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly only?: Readonly<Record<string, unknown>>
  readonly rest?: unknown
  readonly restHas?: Readonly<Record<string, unknown>>
}

/** A test of another file by its title, which must be there. */
export interface TestedElsewhere {
  readonly file: string
  readonly title: string
}

const MIB = 1024 * 1024
const GOOD = '{"message":"good"}'
const good: FoundEvent = { message: 'good', flags: [] }
const taken = (accepted: number, rejected = 0) => ({ accepted, rejected })
const refused = (code: string) => ({ error: { code } })
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const inRange = (count: number) => Array.from({ length: count }, (_, n) => n)
const KEYS = [
  '__proto__',
  'constructor',
  '',
  'with.dot',
  'with space',
  'with"quote',
  '<b>html</b>',
  'tab\tand\u0001',
  'Case',
  'case',
]

export const BAD_INPUT: readonly BadInput[] = [
  {
    what: 'a broken JSON line among good ones',
    outcome: 'is kept as text with the flag `parse_failed`; the others are events as ever',
    proof: {
      body: () => `${GOOD}\n{"message":"bro\n${GOOD}\n`,
      status: 200,
      answer: taken(3),
      events: [good, { message: '{"message":"bro', flags: ['parse_failed'], only: {} }, good],
    },
  },
  {
    what: 'bytes that are no UTF-8',
    outcome: 'become U+FFFD, the event has the flag `utf8_repaired`',
    proof: {
      body: () =>
        Buffer.concat([
          Buffer.from(`${GOOD}\n{"message":"a`),
          Uint8Array.of(0xff, 0xc3),
          Buffer.from('b"}\n'),
        ]),
      status: 200,
      answer: taken(2),
      events: [good, { message: 'a\ufffd\ufffdb', flags: ['utf8_repaired'] }],
    },
  },
  {
    what: 'half of a surrogate pair in an escape',
    outcome: 'becomes U+FFFD, the event has the flag `utf8_repaired`',
    proof: {
      body: () => `${GOOD}\n{"message":"a\\ud800b"}\n`,
      status: 200,
      answer: taken(2),
      events: [good, { message: 'a\ufffdb', flags: ['utf8_repaired'] }],
    },
  },
  {
    what: 'NUL and other control codes',
    outcome:
      'are kept as they are, escaped in JSON or bare in text; a bare one inside JSON makes the line a broken one',
    proof: {
      body: () => `{"message":"a\\u0000\\u001bb"}\n{"message":"a\0b"}\n`,
      status: 200,
      answer: taken(2),
      events: [
        { message: 'a\0\u001bb', flags: [] },
        { message: '{"message":"a\0b"}', flags: ['parse_failed'] },
      ],
    },
  },
  {
    what: 'a byte order mark of UTF-8',
    outcome: 'is left out',
    proof: { body: () => `\u{feff}${GOOD}\n${GOOD}`, status: 200, answer: taken(2), events: [good, good] },
  },
  {
    what: 'UTF-16 with its byte order mark',
    outcome: 'is refused (400 `invalid_body`), the answer says to send UTF-8',
    proof: {
      body: () => Buffer.from(`\u{feff}${GOOD}`, 'utf16le'),
      status: 400,
      answer: refused('invalid_body'),
      says: 'UTF-16',
      events: [],
    },
  },
  {
    what: 'lines that end with CRLF',
    outcome: 'are the same as with LF',
    proof: {
      body: () => 'one\r\ntwo\r\n\r\n',
      status: 200,
      answer: taken(2),
      events: [
        { message: 'one', flags: [] },
        { message: 'two', flags: [] },
      ],
    },
  },
  {
    what: 'a bare CR',
    outcome: 'ends no line: it is white space in JSON and part of the line in text',
    proof: {
      body: () => `{"message":"good",\r"n":1}\none\rtwo`,
      status: 200,
      answer: taken(2),
      events: [
        { message: 'good', only: { n: 1 } },
        { message: 'one\rtwo', flags: ['parse_failed'] },
      ],
    },
  },
  {
    what: 'a line of 10 MB',
    outcome: 'is refused by its index, as is any record above 1 MiB; the others are stored',
    proof: {
      body: () => `${GOOD}\n{"message":"${'x'.repeat(10 * MIB)}"}\n${GOOD}`,
      status: 200,
      answer: { accepted: 2, rejected: 1, errors: [{ index: 1 }] },
      events: [good, good],
    },
  },
  ...(
    [
      ['gzip', gzipSync],
      ['zstd', zstdCompressSync],
      ['deflate', deflateSync],
    ] as const
  ).map(
    ([encoding, compress]): BadInput => ({
      what: `a bomb in ${encoding}`,
      outcome:
        'is stopped while it inflates, at the cap on bytes or on the ratio, and refused (413 `body_too_large`)',
      proof: {
        body: () => compress(Buffer.alloc(80 * MIB)),
        headers: { 'content-encoding': encoding },
        status: 413,
        answer: refused('body_too_large'),
        events: [],
      },
    }),
  ),
  {
    what: 'a compressed body that is cut off half-way',
    outcome: 'is refused (400 `invalid_body`), nothing of it is stored',
    proof: {
      body: () => {
        const whole = gzipSync(`${GOOD}\n`.repeat(1000))
        return whole.subarray(0, whole.length / 2)
      },
      headers: { 'content-encoding': 'gzip' },
      status: 400,
      answer: refused('invalid_body'),
      events: [],
    },
  },
  {
    what: 'a connection that is lost in the middle of a body',
    outcome: 'leaves nothing behind; the sender got no 2xx and sends again',
    proof: {
      file: 'apps/ingest/test/refusal.test.ts',
      title: 'a connection lost in the middle of a body stores nothing and leaves no bytes behind',
    },
  },
  {
    what: 'JSON nested 10,000 deep',
    outcome:
      'is kept as text with the flag `parse_failed`; up to 32 levels become columns, up to 200 are kept as JSON text in `rest`',
    proof: {
      body: () => `${GOOD}\n${nested(10_000)}\n${nested(40)}\n${GOOD}`,
      status: 200,
      answer: taken(4),
      events: [
        good,
        { message: nested(10_000), flags: ['parse_failed'] },
        { only: {}, rest: { [Array(32).fill('a').join('.')]: JSON.parse(nested(8)) } },
        good,
      ],
    },
  },
  {
    what: '5,000 distinct names of fields in one body',
    outcome: 'are all kept: 1,000 columns, what is beyond as JSON text in `rest`',
    proof: {
      body: () =>
        `${GOOD}\n${JSON.stringify(Object.fromEntries(inRange(5000).map((n) => [`name-${n}`, n])))}\n`,
      status: 200,
      answer: taken(2),
      events: [good, { attributes: { 'name-0': 0, 'name-900': 900 }, restHas: { 'name-4999': 4999 } }],
    },
  },
  {
    what: 'ever new names of fields, a million in an hour',
    outcome:
      'take no more memory than 2,000 do: the catalog of columns ends there, events keep further names in `rest`, where they are found too',
    proof: { file: 'apps/indexer/test/endless-names/main.ts', title: 'a million names' },
  },
  {
    what: 'odd names: `__proto__`, `constructor`, none, with dots, spaces, quotes, HTML, control codes, differing in case only',
    outcome: 'are names like any other',
    proof: {
      body: () => `{${KEYS.map((key, n) => `${JSON.stringify(key)}:${n}`).join(',')}}\n${GOOD}`,
      status: 200,
      answer: taken(2),
      events: [{ only: Object.fromEntries(KEYS.map((key, n) => [key, n])) }, good],
    },
  },
  {
    what: 'one field as number, text, boolean, object and array',
    outcome: 'each value is kept as what it is; none is refused or changed for another',
    proof: {
      body: () => '{"f":1}\n{"f":"a"}\n{"f":true}\n{"f":{"g":2}}\n{"f":[1,"b"]}\n{"f":1.5}\n{"f":null}',
      status: 200,
      answer: taken(7),
      events: [1, 'a', true, undefined, [1, 'b'], 1.5, undefined].map((f, n) => ({
        only: n === 3 ? { 'f.g': 2 } : f === undefined ? {} : { f },
      })),
    },
  },
  {
    what: 'numbers: `NaN`, `1e400`, 2^63, `-0`',
    outcome:
      '`NaN` is no JSON (the line is a broken one), what no double holds is kept as the text "Infinity", integers are exact up to int64 and text beyond, -0 is 0',
    proof: {
      body: () => '{"n":NaN}\n{"n":1e400}\n{"n":9223372036854775808}\n{"n":9223372036854775807}\n{"n":-0}',
      status: 200,
      answer: taken(5),
      events: [
        { message: '{"n":NaN}', flags: ['parse_failed'] },
        { only: { n: 'Infinity' } },
        { only: { n: '9223372036854775808' } },
        { only: { n: 9223372036854775807n } },
        { only: { n: 0 } },
      ],
    },
  },
  {
    what: 'times in seconds, milli-, micro- and nanoseconds, as number or text',
    outcome: 'are told apart by their size, without a digit lost',
    proof: {
      body: () =>
        [
          '1718446272',
          '1718446272.5',
          '"1718446272123"',
          '1718446272123456',
          '1718446272123456789',
          '"2024-06-15T12:11:12+02:00"',
        ]
          .map((time) => `{"time":${time}}`)
          .join('\n'),
      status: 200,
      answer: taken(6),
      events: [
        '2024-06-15T10:11:12.000Z',
        '2024-06-15T10:11:12.500Z',
        '2024-06-15T10:11:12.123Z',
        '2024-06-15T10:11:12.123456Z',
        '2024-06-15T10:11:12.123456789Z',
        '2024-06-15T10:11:12.000Z',
      ].map((time) => ({ time, only: {} })),
    },
  },
  {
    what: 'times in 1970, 2100, 9999, none, or a number too small to be one',
    outcome:
      '1970 is taken as it is; more than 24 hours ahead, beyond 2262, none at all or a small number: the receipt time with the flag `time_inferred`, the value stays',
    proof: {
      body: () =>
        ['"1970-01-01T00:00:01Z"', '"2100-01-01T00:00:00Z"', '"9999-01-01T00:00:00Z"', 'null', '12', '0']
          .map((time) => `{"time":${time}}`)
          .join('\n'),
      status: 200,
      answer: taken(6),
      events: [
        { time: '1970-01-01T00:00:01.000Z', only: {} },
        { time: 'received', only: { time: '2100-01-01T00:00:00Z' } },
        { time: 'received', only: { time: '9999-01-01T00:00:00Z' } },
        { time: 'received', only: {} },
        { time: 'received', only: { time: 12 } },
        { time: 'received', only: { time: 0 } },
      ],
    },
  },
  {
    what: 'an unknown media type',
    outcome: 'does not matter: the bytes decide what a body holds',
    proof: {
      body: () => `${GOOD}\n`,
      headers: { 'content-type': 'application/x-who; knows=what' },
      status: 200,
      answer: taken(1),
      events: [good],
    },
  },
  {
    what: 'a form (`multipart/form-data`)',
    outcome: 'is refused (400 `invalid_body`)',
    proof: {
      body: () => '--x\r\n\r\nhello\r\n--x--',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      status: 400,
      answer: refused('invalid_body'),
      events: [],
    },
  },
  {
    what: 'a client that sends a byte a second',
    outcome: 'is cut off (408 `request_timeout`) when its body has taken two minutes; others are not held up',
    proof: {
      file: 'apps/ingest/test/refusal.test.ts',
      title: 'a client that sends a byte now and then is cut off in time',
    },
  },
  {
    what: '10,000 connections that say nothing',
    outcome: 'are held, and requests beside them are answered',
    proof: {
      file: 'apps/indexer/test/bad-input.test.ts',
      title: 'requests are answered beside connections that say nothing',
    },
  },
  {
    what: 'headers of 1 MB',
    outcome: 'are refused (431) and the connection closed',
    proof: { file: 'apps/indexer/test/bad-input.test.ts', title: 'headers of 1 MB are refused' },
  },
  {
    what: 'any of these changed at random: 100,000 bodies for each door',
    outcome: 'are refused as a whole, or each record that was counted becomes one event',
    proof: {
      file: 'apps/indexer/test/fuzz.test.ts',
      title:
        'whatever becomes of a body of %s, it is refused as a whole or each record counted is one event, soon',
    },
  },
]
