import { describe, expect, test } from 'vitest'
import { SHORTCUTS, shortcutOf } from '../src/features/search/shortcuts/shortcuts.ts'

describe('keys', () => {
  test('no key means two things', () => {
    const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('a key is never taken from someone who types, nor from the browser', () => {
    for (const key of SHORTCUTS.flatMap((shortcut) => shortcut.keys)) {
      expect(shortcutOf({ key, modified: false, place: 'text' })).toBeUndefined()
      expect(shortcutOf({ key, modified: true, place: 'page' })).toBeUndefined()
      expect(shortcutOf({ key, modified: false, place: 'page' })).toBeDefined()
    }
  })

  test('Enter on a button presses the button', () => {
    expect(shortcutOf({ key: 'Enter', modified: false, place: 'control' })).toBeUndefined()
    expect(shortcutOf({ key: 'j', modified: false, place: 'control' })).toBe('next-row')
  })
})
