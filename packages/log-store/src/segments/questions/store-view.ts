import type { StoreStats } from '../../port.ts'
import { FieldCatalog } from '../manifest/field-catalog.ts'
import type { FieldEntry, SegmentInfo } from '../manifest/manifest-format.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'

/** The store as a question sees it: what is committed, and what is shown behind that. */
export interface StoreView {
  readonly state: ManifestState
  /** Live segments whose rows no commit of `state` has. */
  readonly live: readonly SegmentInfo[]
  /** Of everything in it, also of columns that only live segments have so far. */
  readonly catalog: FieldCatalog
}

/** Without what is shown: only what is durable. */
export function durableView({ state }: StoreView): StoreView {
  return { state, live: [], catalog: state.catalog }
}

export function statsOf({ state, live }: StoreView): StoreStats {
  const stored = state.stats()
  const shown = live.reduce((sum, { rows }) => sum + rows, 0)
  const bytes = live.reduce((sum, segment) => sum + segment.bytes, stored.bytes)
  return { ...stored, events: stored.events + shown, shown, bytes }
}

/** The catalog with the fields that it lacks behind its own; ids are given out one after the other. */
export function catalogWith(catalog: FieldCatalog, fields: ReadonlyMap<number, FieldEntry>): FieldCatalog {
  const entries = catalog.entries()
  for (let id = catalog.nextId; ; id++) {
    const entry = fields.get(id)
    if (entry === undefined) break
    entries.push(entry)
  }
  return entries.length === catalog.size ? catalog : new FieldCatalog(entries)
}
