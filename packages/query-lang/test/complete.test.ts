import { describe, expect, test } from 'vitest'
import { complete } from '../src/index.ts'

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
})
