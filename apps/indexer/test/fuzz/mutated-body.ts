/** The doors that bodies are sent to. */
export const FUZZED_DOORS = ['json', 'text', 'elasticsearch'] as const
export type FuzzedDoor = (typeof FUZZED_DOORS)[number]

const LINES = [
  '{"level":30,"time":1795632074973,"pid":7,"hostname":"h","name":"cart","msg":"order paid","order":17}',
  '{"@timestamp":"2026-11-25T18:41:15.123+01:00","log":{"level":"WARN"},"message":"é 😀","tags":["a",1,null,true]}',
  '{"@t":"2026-11-25T18:41:15Z","@mt":"{User} paid {Sum:0.00}","@r":["1.50"],"User":"ada","Sum":1.5,"@x":"E: no\\n   at A.b()"}',
  '{"t":{"$date":"2026-11-25T18:41:15Z"},"s":"I","c":"NETWORK","ctx":"x","msg":"m","attr":{"n":12345678901234567890}}',
  '{"instant":{"epochSecond":1795632074,"nanoOfSecond":9},"thread":"main","level":"INFO","loggerName":"a","message":"m"}',
  '{"a":{"b":{"c":[{"d":1},[2,[3]]]}},"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","latency_ms":1e3,"error":"x"}',
]
const TEXT = [
  '2026-11-25T18:41:15.123Z ERROR [main] com.shop.Cart - refused trace_id=4bf92f3577b34da6a3ce929d0e0e4736',
  'java.lang.IllegalStateException: closed\n\tat com.shop.Cart.pay(Cart.java:42)\n\t... 3 more',
  '<34>1 2026-11-25T18:41:15Z host app 77 ID47 - message',
  '192.0.2.1 - - [25/Nov/2026:18:41:15 +0100] "GET /a?b=c HTTP/1.1" 200 12 "-" "curl/8"',
  'ts=2026-11-25T18:41:15Z level=warn msg="slow \\"query\\"" ms=12.5 ok',
  'I1125 18:41:15.123456    1 server.go:42] listening',
  '{"level":"info","msg":"inside text"}',
]

/** Valid bodies of each door, of several forms. */
const VALID: Readonly<Record<FuzzedDoor, readonly string[]>> = {
  json: [
    ...LINES,
    `${LINES.join('\n')}\n`,
    `[${LINES.join(',')},"text",7]`,
    LINES.join('\r\n'),
    `${JSON.stringify(JSON.parse(LINES[0] ?? ''), null, 2)}\n${LINES[1]}`,
  ],
  text: [...TEXT, TEXT.join('\n'), TEXT.join('\r\n'), `\u{feff}${TEXT.join('\n\n')}`],
  elasticsearch: [
    LINES.map((line) => `{"create":{"_index":"i"}}\n${line}\n`).join(''),
    `{"index":{"_id":"1"}}\n${LINES[0]}\n{"delete":{"_id":"1"}}\n{"update":{"_id":"2"}}\n{"doc":${LINES[1]},"upsert":{"a":1}}\n`,
    `{"index":{}}\r\n${LINES[5]}\r\n\r\n{"create":{}}\n${LINES[2]}\n`,
  ],
}

/** What bodies break on: the marks of JSON, ends of lines, numbers without end, bytes that are no UTF-8. */
const TOKENS: readonly Uint8Array[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\t',
    ' ',
    '{"a":',
    '[[[[[[[[',
    '}}}}',
    '"__proto__":',
    '"":1,',
  ],
  ...[
    '\\u0000',
    '\\ud800',
    '\\udc00\\ud800',
    '1e400',
    '-0',
    'NaN',
    '9223372036854775808',
    '0.1e-400',
    '\u{2028}',
    '\u{feff}',
    '😀',
  ],
  ...[
    'null',
    'true',
    '{"index":{}}\n',
    '{"delete":{"_id":"x"}}\n',
    '{"update":{}}\n',
    'level=',
    'trace_id=',
    '2026-13-45T99:99:99Z',
    '\n\tat ',
  ],
]
  .map((text): Uint8Array => Buffer.from(text))
  .concat([
    Uint8Array.of(0xff),
    Uint8Array.of(0xc3),
    Uint8Array.of(0xed, 0xa0, 0x80),
    Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  ])

/** A valid body of a door with one to six changes. @param random gives 0 to 1 */
export function mutatedBody(door: FuzzedDoor, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T
  let body: Uint8Array = Buffer.from(pick(VALID[door]))
  for (let changes = 1 + below(6); changes > 0; changes--) body = changed(body, pick, below, VALID[door])
  return body
}

function changed(
  body: Uint8Array,
  pick: <T>(values: readonly T[]) => T,
  below: (limit: number) => number,
  others: readonly string[],
): Uint8Array {
  const at = below(body.length + 1)
  const to = Math.min(body.length, at + below(24))
  const [before, cut, after] = [body.subarray(0, at), body.subarray(at, to), body.subarray(to)]
  switch (below(7)) {
    case 0:
      return Buffer.concat([before, Uint8Array.of(below(256)), body.subarray(Math.min(body.length, at + 1))])
    case 1:
      return before
    case 2:
      return Buffer.concat([before, after])
    case 3:
      return Buffer.concat([before, ...Array<Uint8Array>(1 + below(300)).fill(cut), after])
    case 4:
      return Buffer.concat([before, Buffer.from(pick(others)).subarray(below(40)), after])
    default:
      return Buffer.concat([before, pick(TOKENS), body.subarray(at)])
  }
}
