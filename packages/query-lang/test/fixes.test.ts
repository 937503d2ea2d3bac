import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applied, mostAlike, parse, piecesOf, unknownFields } from '../src/index.ts'

/** The text after the first fix of the first diagnostic that has one. */
function mended(text: string): string {
  const fix = parse(text).diagnostics.flatMap(({ fixes = [] }) => fixes)[0]
  return fix === undefined ? text : applied(text, fix)
}

describe('a click mends', () => {
  test.each([
    ['a (b OR c', 'a (b OR c)'],
    ['((a)', '((a))'],
    ['a) b', 'a b'],
    ['a () b', 'a b'],
    ['message:"abc', 'message:"abc"'],
    ['a "" b', 'a b'],
    ['a OR', 'a '],
    ['AND a', 'a'],
    ['a NOT', 'a '],
    ['> 5', '">" 5'],
    [':x', '":" x'],
    ['Error: timeout', 'Error:timeout'],
    ['service: (a OR b)', 'service:(a OR b)'],
    ['status>', 'status'],
    ['status>many', 'status:many'],
    ['duration>100ms', 'duration>100'],
    ['x level:waring', 'x level:warn'],
    ['level:(errorr OR warn)', 'level:(error OR warn)'],
    ['level >= eroor', 'level>=error'],
    ['level>unknown', 'level:unknown'],
    ['@timestamp>1h', '@timestamp>now-1h'],
    ['@timestamp>yesterday', '@timestamp>now-1d'],
    ['service>5', 'service:5'],
    ['/(?<n>x)/ a', '/(?P<n>x)/ a'],
    ['a && b', 'a AND b'],
    ['a || b', 'a OR b'],
    ['!c', 'NOT c'],
    ['!status:500', 'NOT status:500'],
    ['level=error', 'level:error'],
    ['status != 500 x', 'NOT status:500 x'],
    ['name=="a b"', 'name:"a b"'],
    ["x 'payment failed'", 'x "payment failed"'],
    ["service:'a b' x", 'service:"a b" x'],
    ['“say "hi"”', '"say \\"hi\\""'],
  ])('%s -> %s', (text, expected) => {
    expect(mended(text)).toBe(expected)
    expect(parse(expected).valid || expected === '((a))').toBe(true)
  })

  test('a colon behind a word may also be text', () => {
    const [diagnostic] = parse('Error: timeout').diagnostics
    expect(diagnostic?.fixes?.map((fix) => applied('Error: timeout', fix))).toEqual([
      'Error:timeout',
      '"Error:" timeout',
    ])
  })

  test('and click after click comes to an end, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '"',
        ':',
        ' ',
        'and ',
        ' OR ',
        ' not',
        'level',
        '>',
        '<',
        '=',
        "'",
        '!',
        '&&',
        'x',
      ),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
        (text) => {
          let now = text
          for (let clicks = 0; clicks < 40 && mended(now) !== now; clicks++) now = mended(now)
          expect(mended(now)).toBe(now)
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('a field that no log has', () => {
  const occurring = ['status', 'http.route', 'service', 'userId', 'my key']

  test.each([
    ['serivce:checkout', 'service:checkout'],
    ['stauts>=500', 'status>=500'],
    ['a (http.rout:"/x")', 'a (http.route:"/x")'],
    ['userid:1', 'userId:1'],
    ['"mykey":1', '"my key":1'],
    ['hostnam:a', 'hostname:a'],
  ])('is offered as one that does occur: %s', (text, expected) => {
    const fix = unknownFields(text, occurring)[0]?.fixes?.[0]
    expect(fix && applied(text, fix)).toBe(expected)
  })

  test('is left alone where it occurs, is an alias, or is like none', () => {
    for (const text of [
      'status:1',
      'log.level:warn',
      'body:x',
      'attributes.status:1',
      'zzz:1',
      'serivce',
      '"serivce:x"',
    ])
      expect(unknownFields(text, occurring)).toEqual([])
    expect(unknownFields('serivce:x', [])).toEqual([])
  })

  test('a swap, a slip and another case are alike; short words need more', () => {
    expect(mostAlike('Service', ['service'])).toBe('service')
    expect(mostAlike('ab', ['ac'])).toBeUndefined()
    expect(mostAlike('trace_id', ['span_id', 'traceid'])).toBe('traceid')
  })
})

describe('the pieces of a query', () => {
  const described = (text: string) =>
    piecesOf(text).map(({ kind, level, start, end }) => `${level ?? kind} ${text.slice(start, end)}`)

  test('are what the parser takes them for', () => {
    expect(described('a -level:eror OR NOT (x>=5 msg:"b c") AND /re/ level:(warn fatal)')).toEqual([
      'text a',
      'not -',
      'field level',
      'operator :',
      'error eror',
      'operator OR',
      'not NOT',
      'parenthesis (',
      'field x',
      'operator >=',
      'value 5',
      'field msg',
      'operator :',
      'phrase "b c"',
      'parenthesis )',
      'operator AND',
      'regex /re/',
      'field level',
      'operator :',
      'parenthesis (',
      'warn warn',
      'fatal fatal',
      'parenthesis )',
    ])
  })

  test('follow each other without overlap, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        let end = 0
        for (const piece of piecesOf(text)) {
          expect(piece.start).toBeGreaterThanOrEqual(end)
          expect(piece.end).toBeGreaterThan(piece.start)
          end = piece.end
        }
        expect(end).toBeLessThanOrEqual(text.length)
      }),
    )
  })
})
