import type { StorageOutput } from '@heartwood/api'

const DAY_MILLIS = 86_400_000

/** What the archive of an installation that has one holds. */
export type ArchiveState =
  /** What it has is not known, and not counted. */
  | { readonly kind: 'away'; readonly reason: string }
  /** No question is answered from it yet; the oldest logs are of `day`, and leave this store at `at`, epoch milliseconds. */
  | { readonly kind: 'empty'; readonly next: { readonly day: string; readonly at: number } | undefined }
  | { readonly kind: 'holds'; readonly days: number; readonly events: number; readonly bytes: number }

/** @param hotDays days that the store for recent logs keeps */
export function archiveState(storage: StorageOutput, hotDays: number): ArchiveState {
  const missing = storage.missing?.find(({ tier }) => tier === 'cold')
  if (missing !== undefined) return { kind: 'away', reason: missing.reason }
  const held = storage.days.flatMap(({ day, tiers = [] }) =>
    tiers.flatMap(({ tier, answers, events, bytes }) =>
      tier === 'cold' && answers && events > 0 ? [{ day, events, bytes }] : [],
    ),
  )
  if (held.length === 0) return { kind: 'empty', next: nextToMove(storage, hotDays) }
  return {
    kind: 'holds',
    days: held.filter(({ day }) => day !== null).length,
    events: held.reduce((sum, { events }) => sum + events, 0),
    bytes: held.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

function nextToMove({ days }: StorageOutput, hotDays: number): { day: string; at: number } | undefined {
  const [day] = days.flatMap((stored) => stored.day ?? []).sort()
  return day === undefined ? undefined : { day, at: Date.parse(day) + (hotDays + 1) * DAY_MILLIS }
}

/** What of the store is on the machines that answer recent logs. */
export function bytesHere({ bytes, days }: Pick<StorageOutput, 'bytes' | 'days'>): number {
  const away = days.flatMap(({ tiers = [] }) => tiers.filter(({ tier }) => tier === 'cold'))
  return bytes - away.reduce((sum, tier) => sum + tier.bytes, 0)
}
