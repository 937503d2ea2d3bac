import { expect, test } from 'vitest'
import { paletteGroups } from '../src/features/palette/palette-groups.ts'

test('the palette does what the keys do, and leaves out empty groups and what is done where one is', () => {
  const ran: string[] = []
  const groups = paletteGroups({
    saved: [],
    services: ['checkout'],
    onSaved: () => undefined,
    onService: (service) => void ran.push(service),
    onAction: (action) => void ran.push(action),
  })
  expect(groups.map(({ title }) => title)).toEqual(['Services', 'Actions'])
  const entries = groups.flatMap((group) => group.entries)
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
  for (const { run } of entries) run()
  expect(ran).toEqual(expect.arrayContaining(['checkout', 'toggle-live', 'save-search', 'show-shortcuts']))
  expect(ran).not.toContain('open-palette')
  expect(ran).not.toContain('next-row')
})
