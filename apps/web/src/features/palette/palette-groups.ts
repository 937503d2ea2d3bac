import type { SavedSearchJson } from '@heartwood/api'
import { SHORTCUTS, type ShortcutAction } from '../search/shortcuts/shortcuts.ts'

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

/** What the palette offers: saved searches, services to look at, and all that has a key. Empty groups are left out. */
export function paletteGroups(offered: {
  readonly saved: readonly SavedSearchJson[]
  readonly services: readonly string[]
  onSaved(search: SavedSearchJson): void
  onService(service: string): void
  onAction(action: ShortcutAction): void
}): PaletteGroup[] {
  const { saved, services, onSaved, onService, onAction } = offered
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
      title: 'Services',
      entries: services.map((service) => ({
        id: `service ${service}`,
        name: service,
        run: () => onService(service),
      })),
    },
    {
      title: 'Actions',
      entries: SHORTCUTS.filter(({ action }) => !NOT_OFFERED.has(action)).map(({ action, about, shown }) => ({
        id: action,
        name: about,
        ...(shown[0] !== undefined && { key: shown[0] }),
        run: () => onAction(action),
      })),
    },
  ]
  return groups.filter(({ entries }) => entries.length > 0)
}
