import { type ZoneChoice, zoneChoiceOf } from './time-zone.ts'

const KEY = 'heartwood.time-zone'

/** The zone the reader chose last in this browser; `local` where that is not known. */
export function rememberedZone(storage: Pick<Storage, 'getItem'>): ZoneChoice {
  try {
    return zoneChoiceOf(storage.getItem(KEY)) ?? 'local'
  } catch {
    return 'local'
  }
}

/** A browser that keeps nothing forgets the zone with the page. */
export function rememberZone(storage: Pick<Storage, 'setItem'>, choice: ZoneChoice): void {
  try {
    storage.setItem(KEY, choice)
  } catch {}
}
