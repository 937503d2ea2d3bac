import type { SavedSearchJson } from '@heartwood/api'
import { SHORTCUTS, type ShortcutAction, type ShortcutHandlers } from '../search/shortcuts/shortcuts.ts'

export interface PaletteEntry {
  readonly id: string
  readonly name: string
  /** What else it is found by. */
  readonly detail?: string
  /** The key that does the same. */
  readonly key?: string
  run(): void
}
export interface PaletteGroup {
  readonly title: string
  readonly entries: readonly PaletteEntry[]
}

/** Keys that mean something only where the reader is. */
const NOT_OFFERED: ReadonlySet<ShortcutAction> = new Set([
  'close',
  'open-palette',
  'next-row',
  'previous-row',
  'toggle-row',
])

/** What the palette offers: saved searches, all that has a key and a meaning just now, and services to look at. Empty groups are left out. */
export function paletteGroups(offered: {
  readonly saved: readonly SavedSearchJson[]
  readonly services: readonly string[]
  onSaved(search: SavedSearchJson): void
  onService(service: string): void
  readonly actions: Partial<ShortcutHandlers>
}): PaletteGroup[] {
  const { saved, services, onSaved, onService, actions } = offered
  const groups: PaletteGroup[] = [
    {
      title: 'Saved searches',
      entries: saved.map((search) => ({
        id: search.id,
        name: search.name,
        detail: search.query,
        run: () => onSaved(search),
      })),
    },
    {
      title: 'Actions',
      entries: SHORTCUTS.flatMap(({ action, about, shown }) => {
        const run = actions[action]
        if (run === undefined || NOT_OFFERED.has(action)) return []
        return [{ id: action, name: about, ...(shown[0] !== undefined && { key: shown[0] }), run }]
      }),
    },
    {
      title: 'Services',
      entries: services.map((service) => ({
        id: `service ${service}`,
        name: service,
        run: () => onService(service),
      })),
    },
  ]
  return groups.filter(({ entries }) => entries.length > 0)
}
