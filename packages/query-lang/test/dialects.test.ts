import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, translate } from '../src/index.ts'

/** [what is pasted, what is offered, how many sentences say what is lost] */
type Case = readonly [pasted: string, offered: string, lost?: number]

function expectCases(dialect: string, cases: readonly Case[]): void {
  test.each(cases.map(([pasted, offered, lost = 0]) => ({ pasted, offered, lost })))(
    '$pasted',
    ({ pasted, offered, lost }) => {
      const translation = translate(pasted)
      expect(translation?.dialect).toBe(dialect)
      expect(translation?.text).toBe(offered)
      expect(translation?.lost, translation?.lost.join('; ')).toHaveLength(lost)
    },
  )
}

describe('Loki is offered as', () => {
  expectCases('Loki', [
    ['{app="checkout"}', 'service:checkout'],
    ['{app="checkout", level=~"error|warn"}', 'service:checkout (level:error OR level:warn)'],
    ['{namespace="shop",pod=~"cart-.*"} |= "timeout"', 'namespace:shop pod:/^(?:cart-.*)$/ /timeout/'],
    [
      '{job="varlogs"} |= "a b" != "healthz" |~ "5\\\\d\\\\d" !~ `^GET`',
      'job:varlogs /a b/ NOT /healthz/ /5\\d\\d/ NOT /^GET/',
    ],
    ['{app="b"} | json', 'service:b'],
    ['{app="b"} | json | status >= 500 and method != "GET"', 'service:b status>=500 NOT method:GET'],
    [
      '{app="b"} | logfmt | level="error" or (path="/x", code=7)',
      'service:b (level:error OR path:"/x" code:7)',
    ],
    ['{app="b"} |= "x" or "y"', 'service:b (/x/ OR /y/)'],
    ['{cluster!="eu", tier=~".+", x=""}', 'NOT cluster:eu tier:* NOT x:*'],
    ['{app="b"} | pattern `<ip> - <_>` | ip="1.2.3.4"', 'service:b ip:1.2.3.4', 1],
    ['{app="b"} |= "x" | line_format "{{.msg | lower}}"', 'service:b /x/', 1],
    ['sum by (level) (count_over_time({app="b"} |= "x" [5m]))', 'service:b /x/', 1],
    ['rate({app="b"}[1m])', 'service:b', 1],
    ['{app="b"} | json | duration > 10s', 'service:b', 1],
    ['|= "connection refused"', '/connection refused/'],
    ['{app="b"} |= "1.5 (ok)"', 'service:b /1\\.5 \\(ok\\)/'],
  ])
})

describe('Datadog is offered as', () => {
  expectCases('Datadog', [
    ['@http.status_code:500', 'http.status_code:500'],
    ['service:checkout status:error', 'service:checkout level:error'],
    ['-status:info service:web', 'service:web NOT level:info'],
    ['status:(error OR critical OR debug)', 'level:error OR level:debug'],
    ['@http.status_code:[200 TO 299]', 'http.status_code>=200 http.status_code<=299'],
    ['@duration:>=1000 host:web-1', 'duration>=1000 hostname:web-1'],
    ['service:(web OR api) -@user.name:"John Doe"', '(service:web OR service:api) NOT user.name:"John Doe"'],
    ['@http.url:*checkout* env:prod', 'http.url:*checkout* env:prod'],
    ['source:nginx @http.method:POST', 'http.method:POST', 1],
    ['*:timeout @a:b', 'timeout a:b'],
    ['@a:b AND NOT @c:d OR "x y"', 'a:b NOT c:d OR "x y"'],
    ['kube_namespace:shop @x:*', 'namespace:shop x:*'],
  ])
})

describe('Lucene is offered as', () => {
  expectCases('Lucene', [
    ['status:[500 TO 599]', 'status>=500 status<=599'],
    ['status:[500 TO *] AND service:web', 'status>=500 service:web'],
    ['status:{400 TO 500}', 'status>400 status<500'],
    ['_exists_:user.id', 'user.id:*'],
    ['NOT _exists_:user.id', 'NOT user.id:*'],
    ['+error -debug', 'error NOT debug'],
    ['+error timeout', 'error', 1],
    ['message:timeout~2', 'message:timeout', 1],
    ['"connection refused"~3', '"connection refused"', 1],
    ['timeout^2 refused', 'timeout OR refused'],
    ['_exists_:a AND (b OR c) AND d:/x.*/', 'a:* (b OR c) d:/^(?:x.*)$/'],
    ['@timestamp:[2026-03-01 TO now] AND level:error', '@timestamp>=2026-03-01 @timestamp<=now level:error'],
    ['name:[a TO b] AND x:1', 'x:1', 2],
    ['*:* AND level:error', '* level:error'],
  ])
})

describe('KQL is offered as', () => {
  expectCases('KQL', [
    ['level: error', 'level:error'],
    ['level : "error" and not service : cart', 'level:error NOT service:cart'],
    ['http.response.status_code: 500 or log.level: warn', 'http.response.status_code:500 OR log.level:warn'],
    ['message: connection timeout', 'message:connection OR message:timeout'],
    ['message: null pointer and level: error', '(message:null OR message:pointer) level:error'],
    ['service: (cart or checkout) and status >= 500', '(service:cart OR service:checkout) status>=500'],
    ['user.id: *', 'user.id:*'],
    ['url.path: /api/*', 'url.path:\\/api/*'],
    ['items:{ name: "a" and size > 1 }', 'items.name:a items.size>1', 1],
    ['machine.os*: win', '', 1],
  ])
})

describe('a query that means the same as it stands', () => {
  test.each([
    '',
    'timeout',
    'level:error service:checkout',
    'service:(a OR b) -c',
    'status>=500 AND NOT x:y',
    '"{app=\\"b\\"}"',
    'http://host/path 12:30:45',
    'user@example.com',
    '@timestamp>now-1h',
    '@timestamp:"2026-03-01"',
    'status:500 status:ok',
    'a + b',
    '/^[a-z]+~$/',
    'c++ x^y',
  ])('%j is left alone', (text) => expect(translate(text)).toBeUndefined())
})

test('a translation has no errors, is none itself, and any text is read without harm', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '{app="b"',
        '}',
        '|=',
        '| json',
        '"x y"',
        '`z`',
        '!~',
        '=~',
        ',',
        '@a.b:',
        'status:error',
        ':',
        ': ',
        '(',
        ')',
        '[',
      ],
      ...[
        ' TO ',
        ']',
        '+',
        '-',
        '~2',
        '^3',
        ' AND ',
        ' or ',
        ' not ',
        '/re/',
        '*',
        '?',
        '>=',
        '5',
        'level',
        '_exists_:',
        '\\',
        ' ',
      ],
    ),
    fc.string({ maxLength: 4 }),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
      (text) => {
        const translation = translate(text)
        if (translation === undefined) return
        expect(parse(translation.text).valid, translation.text).toBe(true)
        expect(translation.text === '' && translation.lost.length === 0).toBe(false)
      },
    ),
    { numRuns: 5000 },
  )
})

test('what is nested deeper than anyone writes, or longer, is no translation', () => {
  expect(translate(`@a:${'('.repeat(5_000)}`)).toBeUndefined()
  expect(translate(`@a:b ${'('.repeat(60)}x${')'.repeat(60)}`)).toBeUndefined()
})
