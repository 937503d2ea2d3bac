import { expect, test } from 'vitest'
import { paletteGroups } from '../src/features/palette/palette-groups.ts'
import {
  SHORTCUTS,
  type ShortcutAction,
  type ShortcutHandlers,
} from '../src/features/search/shortcuts/shortcuts.ts'

test('the palette does what the keys do, and leaves out empty groups and what is done where one is', () => {
  const ran: string[] = []
  const groups = paletteGroups({
    saved: [],
    services: ['checkout'],
    onSaved: () => undefined,
    onService: (service) => void ran.push(service),
    actions: handlersOf((action) => ran.push(action), 'pause-tail'),
  })
  expect(groups.map(({ title }) => title)).toEqual(['Actions', 'Services'])
  const entries = groups.flatMap((group) => group.entries)
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
  for (const { run } of entries) run()
  expect(ran).toEqual(expect.arrayContaining(['checkout', 'toggle-live', 'save-search', 'show-shortcuts']))
  expect(ran).not.toContain('open-palette')
  expect(ran).not.toContain('next-row')
  expect(ran, 'what means nothing just now is not offered').not.toContain('pause-tail')
})

function handlersOf(
  run: (action: ShortcutAction) => void,
  without: ShortcutAction,
): Partial<ShortcutHandlers> {
  return Object.fromEntries(
    SHORTCUTS.map(({ action }) => [action, action === without ? undefined : () => run(action)]),
  )
}
