import type { StorageOutput, StoredDayJson } from '@heartwood/api'
import { isoFromNanos, NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import type { LogReader, StoredDay } from '@heartwood/log-store'
import { ALL } from '@heartwood/query-lang'
import { missingJson } from '../questions/read-json.ts'

/** What is stored by day, and how much the last 24 hours brought. */
export async function storageDays(
  reader: LogReader,
  retentionDays: number,
  now: Nanos,
  signal: AbortSignal,
): Promise<StorageOutput> {
  await reader.refresh()
  const [days, { events, bytes, segments, missing }] = await Promise.all([reader.storage(), reader.stats()])
  const since = now - NANOS_PER_DAY
  const lastEvents = await reader.count({ query: ALL, range: { from: since, to: now }, signal })
  return {
    events,
    bytes,
    segments,
    days: days.map((day) => dayJson(day, retentionDays)),
    ...(missing && { missing: missingJson(missing) }),
    last_day: { events: lastEvents, bytes: bytesOf(lastEvents, days, since) },
  }
}

/** So many events, as the newest days store them. */
function bytesOf(events: number, days: readonly StoredDay[], since: Nanos): number {
  const recent = days.filter(({ day }) => day !== undefined && day + NANOS_PER_DAY > since)
  const stored = recent.reduce((sum, each) => sum + each.events, 0)
  const bytes = recent.reduce((sum, each) => sum + each.bytes, 0)
  return stored === 0 ? 0 : Math.round((bytes * events) / stored)
}

function dayJson({ day, newest, tiers, ...stored }: StoredDay, retentionDays: number): StoredDayJson {
  const keptUntil = newest + BigInt(Math.round(retentionDays * 86_400)) * (NANOS_PER_DAY / 86_400n)
  return {
    day: day === undefined ? null : dateOf(day),
    ...stored,
    ...(tiers && { tiers: tiers.map((tier) => ({ ...tier })) }),
    kept_until: isoFromNanos(keptUntil),
  }
}

function dateOf(day: Nanos): string {
  return isoFromNanos(day).slice(0, -'T00:00:00.000Z'.length)
}
