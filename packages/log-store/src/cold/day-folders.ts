import type { ObjectInfo, ObjectStore } from '@heartwood/object-store'
import { dayLabel, STRAY_DAYS } from '../segments/append/segment-day.ts'
import type { ColdDayKey } from './manifest/cold-format.ts'
import { SEGMENT_PREFIX } from './manifest/cold-keys.ts'

/** The folder that the objects of a day's segments are in. */
export function folderOf(day: ColdDayKey): string {
  return day === null ? STRAY_DAYS : dayLabel(BigInt(day))
}

export interface DayFolder {
  readonly folder: string
  /** By their keys. */
  readonly found: ReadonlyMap<string, ObjectInfo>
}

/** The objects of segments that are there, folder by folder. Throws ObjectStoreError. */
export async function* dayFolders(
  objects: Pick<ObjectStore, 'list'>,
  signal?: AbortSignal,
): AsyncGenerator<DayFolder> {
  let current: { folder: string; found: Map<string, ObjectInfo> } | undefined
  for await (const object of objects.list(SEGMENT_PREFIX, { ...(signal !== undefined && { signal }) })) {
    const folder = object.key.slice(SEGMENT_PREFIX.length).split('/', 1).join('')
    if (current?.folder !== folder) {
      if (current !== undefined) yield current
      current = { folder, found: new Map() }
    }
    current.found.set(object.key, object)
  }
  if (current !== undefined) yield current
}
