import { describe, expect, test } from 'vitest'
import { complete, narrowing, placeAt } from '../src/index.ts'

const FIELDS = ['status', 'service', 'my key', 'sta"te']

/** The text with each suggestion put in, for a text whose cursor is `|`. */
function completed(text: string): string[] {
  const cursor = text.indexOf('|')
  const plain = text.replace('|', '')
  return complete(plain, cursor, FIELDS).map(
    ({ insert, start, end }) => plain.slice(0, start) + insert + plain.slice(end),
  )
}

describe('complete', () => {
  test('offers fields that begin with what stands before the cursor, own ones first', () => {
    expect(completed('s|')).toEqual([
      'severity_number:',
      'service:',
      'span_id:',
      'source:',
      'status:',
      '"sta\\"te":',
    ])
    expect(completed('timeout SERV|')).toEqual(['timeout service:'])
    expect(completed('a (-sta| b')).toEqual(['a (-status: b', 'a (-"sta\\"te": b'])
    expect(completed('my|')).toEqual(['"my key":'])
    expect(completed('zzz|')).toEqual([])
  })

  test('offers every field where nothing stands yet', () => {
    expect(completed('|').length).toBe(17 + 3)
    expect(completed('level:error |').length).toBe(17 + 3)
  })

  test('offers levels behind the level field, by any of its names', () => {
    expect(completed('level:e|')).toEqual(['level:error'])
    expect(completed('log.level>=|').length).toBe(7)
    expect(completed('-level:(f|')).toEqual(['-level:(fatal'])
    expect(completed('service:e|')).toEqual([])
  })

  test('offers nothing inside quotes', () => {
    expect(completed('message:"s|')).toEqual([])
    expect(completed('"a \\" s|')).toEqual([])
    expect(completed('"a" serv|')).toEqual(['"a" service:'])
  })

  test('offers operators once one is begun', () => {
    expect(completed('a O|')).toEqual(
      ['a observed_at:', 'a OR'].filter((each) => completed('a O|').includes(each)),
    )
    expect(completed('a AN|')).toEqual(['a AND'])
    expect(completed('a |')).not.toContain('a AND')
  })
})

describe('the place of the cursor', () => {
  const place = (text: string) => {
    const found = placeAt(text.replace('|', ''), text.indexOf('|'))
    if (found?.kind !== 'value') return found?.kind
    return `${found.field} ${found.quoted ? '"' : ''}${found.typed}`
  }

  test.each([
    ['service:|', 'service '],
    ['a -service:ch|', 'service ch'],
    ['service:(cart OR ch|', 'service ch'],
    ['service:("a b" -|', 'service '],
    ['service:"my se|', 'service "my se'],
    ['service:"my se|"', 'service "my se'],
    ['"my key":x|', 'my key x'],
    ['status>=5|', 'status 5'],
    ['level:(warn) err|', 'field'],
    ['(service:a) |', 'field'],
    ['"a phr|', undefined],
  ])('%s', (text, expected) => expect(place(text)).toBe(expected))

  test.each([
    ['level:error service:|', 'level:error'],
    ['level:error service:ch| timeout', 'level:error timeout'],
    ['level:error OR service:|', '*'],
    ['x (level:error OR service:|) y', 'x y'],
    ['a NOT service:(cart OR |) b', 'a b'],
    ['service:"my se|" a', 'a'],
    ['(a service:|', 'a'],
    ['service:|', '*'],
    ['level:oops service:|', '*'],
  ])('values of %s are those of the logs that %s finds', (text, expected) => {
    const cursor = text.indexOf('|')
    const plain = text.replace('|', '')
    const found = placeAt(plain, cursor)
    expect(found?.kind).toBe('value')
    expect(narrowing(plain, found ?? { start: 0, end: 0 })).toBe(expected)
  })

  test('is looked for in a hostile text without end', () => {
    for (const part of ['a:(', '"', 'a:( "', 'a ', '(('])
      expect(() => placeAt(part.repeat(20_000 / part.length), 20_000)).not.toThrow()
  })
})
