import { exactIntegers } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beginningOf } from '../../src/features/search/details/fields/beginning-of.ts'
import { messageJson } from '../../src/features/search/details/message-json.ts'
import { prettyJson } from '../../src/features/search/details/pretty-json.ts'

describe('JSON for reading', () => {
  test('it is what JSON.stringify lays out, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(prettyJson(value)).toBe(JSON.stringify(value, null, 2))
      }),
    )
  })

  test('integers of any size keep their digits, and what has no value is left out', () => {
    const text = prettyJson({ big: 9007199254740993n, nothing: undefined })
    expect(text).toBe('{\n  "big": 9007199254740993\n}')
    expect(JSON.parse(text, exactIntegers)).toEqual({ big: 9007199254740993n })
  })

  test('a message is laid out where it is JSON as a whole, and else left alone', () => {
    expect(messageJson(' {"a":[1,9007199254740993]} ')).toBe(
      '{\n  "a": [\n    1,\n    9007199254740993\n  ]\n}',
    )
    for (const text of ['plain', '12', '"text"', '{broken', '[warn] disk', '']) {
      expect(messageJson(text), text).toBeUndefined()
    }
  })
})

describe('the beginning of a long value', () => {
  test('short text is whole; long text and many lines are cut, never within a character', () => {
    expect(beginningOf('short\ntext')).toBe('short\ntext')
    expect(beginningOf('a\n'.repeat(300)).split('\n').length).toBeLessThan(20)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 900, maxLength: 1_100 }), (text) => {
        const beginning = beginningOf(text)
        expect(beginning.isWellFormed()).toBe(
          text
            .slice(0, 1_000)
            .replace(/[\ud800-\udbff]$/, '')
            .isWellFormed(),
        )
        if (beginning !== text) expect(text.startsWith(beginning.slice(0, -1))).toBe(true)
      }),
    )
  })
})
