import { isTimeZone, zoneOffset } from '@heartwood/query-lang'

/** The zone times are written in as its reader chose it: `local` follows the browser, `utc`, or an IANA name. */
export type ZoneChoice = string

/** A choice as the URL and the browser's storage write it, or null for what is none. */
export function zoneChoiceOf(text: string | null): ZoneChoice | null {
  const trimmed = text?.trim() ?? ''
  if (trimmed === 'local') return trimmed
  if (trimmed.toLowerCase() === 'utc') return 'utc'
  return /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(trimmed) && isTimeZone(trimmed) ? trimmed : null
}

/** The IANA name of a choice. @param local the browser's own zone */
export function zoneNameOf(choice: ZoneChoice, local: string): string {
  if (choice === 'local') return local
  return choice === 'utc' ? 'UTC' : choice
}

/** How far a zone's clocks are ahead at a moment, as people write it: `UTC`, `UTC+5:30`, `UTC−3`. */
export function offsetText(zone: string, millis: number): string {
  const minutes = Math.round(zoneOffset(millis, zone) / 60_000)
  if (minutes === 0) return 'UTC'
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** A zone in words: `Europe/Berlin` is `Europe/Berlin, UTC+2`. */
export function zoneText(zone: string, millis: number): string {
  const offset = offsetText(zone, millis)
  return zone === offset ? zone : `${zone}, ${offset}`
}

/**
 * Zones whose name or offset has the typed words, any case; `_` and `/` count as spaces.
 * @param zones IANA names in the order they shall be offered
 */
export function zonesMatching(zones: readonly string[], typed: string, millis: number): string[] {
  const words = plain(typed).split(' ').filter(Boolean)
  return zones.filter((zone) => {
    const text = plain(`${zone} ${offsetText(zone, millis)}`)
    return words.every((word) => text.includes(word))
  })
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[_/]/g, ' ').replaceAll('−', '-')
}
