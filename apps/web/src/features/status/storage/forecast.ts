import type { StorageOutput, SystemOutput } from '@heartwood/api'
import { bytesHere } from './archive-state.ts'

/** What becomes of the store if every day brings what the last one brought. */
export type Forecast =
  /** Nothing came in the last day. */
  | { readonly kind: 'quiet' }
  /** The days go by their age before the disk limit, if there is one, is reached; then the store stays at about so many bytes. */
  | {
      readonly kind: 'retention'
      readonly bytesPerDay: number
      readonly steadyBytes: number
      readonly hasLimit: boolean
    }
  /** The disk limit is reached in so many days, and from then on this many days are kept. */
  | {
      readonly kind: 'limit'
      readonly bytesPerDay: number
      readonly days: number
      readonly keptDays: number
    }
  /** The disk is full before either. */
  | { readonly kind: 'disk'; readonly bytesPerDay: number; readonly days: number }

/**
 * A straight line through the last day: days are as long as they are, and what is stored now is taken to be as old as it could be,
 * so it goes as fast as it comes once the retention is reached. With an archive it is about what is not in it.
 */
export function forecastOf(
  storage: Pick<StorageOutput, 'bytes' | 'days' | 'last_day'>,
  limits: SystemOutput['limits'],
): Forecast {
  const bytesPerDay = storage.last_day.bytes * shareHere(storage)
  if (bytesPerDay === 0) return { kind: 'quiet' }
  const stored = bytesHere(storage)
  const steadyBytes = bytesPerDay * (limits.hot_days ?? limits.retention_days)
  const limit = limits.max_bytes ?? Number.POSITIVE_INFINITY
  const untilLimit = Math.max(0, limit - stored) / bytesPerDay
  const most = Math.min(steadyBytes, limit)
  const free = limits.disk_free_bytes
  if (free !== null && most - stored > free) {
    return { kind: 'disk', bytesPerDay, days: free / bytesPerDay }
  }
  if (steadyBytes <= limit)
    return { kind: 'retention', bytesPerDay, steadyBytes, hasLimit: limits.max_bytes !== null }
  return { kind: 'limit', bytesPerDay, days: untilLimit, keptDays: limit / bytesPerDay }
}

/** Of what a day brings, which a cluster's archive has as well: as of the newest day that is here. */
function shareHere({ days }: Pick<StorageOutput, 'days'>): number {
  const shares = days.map((day) => bytesHere({ bytes: day.bytes, days: [day] }) / day.bytes)
  return shares.find((share) => share > 0) ?? 1
}
