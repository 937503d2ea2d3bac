import { describe, expect, test } from 'vitest'
import { SHORTCUTS, shortcutOf } from '../src/features/search/shortcuts/shortcuts.ts'

describe('keys', () => {
  test('no key means two things', () => {
    const keys = SHORTCUTS.flatMap(({ keys, withCommand }) => keys.map((key) => `${withCommand} ${key}`))
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('a key is never taken from someone who types, nor from the browser', () => {
    for (const { keys, withCommand } of SHORTCUTS)
      for (const key of keys) {
        if (withCommand) continue
        expect(shortcutOf({ key, modified: false, place: 'text' })).toBeUndefined()
        expect(shortcutOf({ key, modified: 'command', place: 'page' }), key).not.toBe(
          shortcutOf({ key, modified: false, place: 'page' }),
        )
        expect(shortcutOf({ key, modified: 'other', place: 'page' })).toBeUndefined()
        expect(shortcutOf({ key, modified: false, place: 'page' })).toBeDefined()
      }
  })

  test('the palette opens also from where text is typed', () => {
    expect(shortcutOf({ key: 'k', modified: 'command', place: 'text' })).toBe('open-palette')
    expect(shortcutOf({ key: 'k', modified: 'command', place: 'page' })).toBe('open-palette')
    expect(shortcutOf({ key: 'k', modified: false, place: 'page' })).toBe('previous-row')
  })

  test('Enter on a button presses the button', () => {
    expect(shortcutOf({ key: 'Enter', modified: false, place: 'control' })).toBeUndefined()
    expect(shortcutOf({ key: 'j', modified: false, place: 'control' })).toBe('next-row')
  })
})
