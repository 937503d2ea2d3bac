import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beginningOf } from '../../src/features/search/details/fields/beginning-of.ts'

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
