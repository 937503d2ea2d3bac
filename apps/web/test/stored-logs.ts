import type { LogJson } from '@heartwood/api'
import { isoFromNanos, NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { LogSource } from '../src/features/search/log-pages/log-source.ts'

/** 1 March 2026, UTC. */
export const MIDNIGHT: Nanos = 1_772_323_200_000_000_000n

export function logOf(id: string, at: Nanos, more: Partial<LogJson> = {}): LogJson {
  return {
    id,
    '@timestamp': isoFromNanos(at),
    observed_at: isoFromNanos(at),
    level: 'info',
    severity_number: 9,
    message: id,
    source: 'json',
    weight: 1,
    flags: [],
    attributes: {},
    resource: {},
    ...more,
  }
}

export interface StoredLog {
  readonly id: string
  readonly at: Nanos
}

/** Newest first, and of one instant by id, as the server orders them. */
export function newestFirst(logs: readonly StoredLog[]): StoredLog[] {
  return logs.toSorted((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1))
}

/** A server that holds these events and keeps count of what it was asked. */
export function storedLogs(
  logs: readonly StoredLog[],
): LogSource & { asked: { rows: number; counts: number } } {
  const sorted = newestFirst(logs)
  const asked = { rows: 0, counts: 0 }
  return {
    asked,
    async page({ from, to, limit, cursor }, signal) {
      asked.rows += 1
      await Promise.resolve()
      signal.throwIfAborted()
      const inRange = sorted.filter(({ at }) => from <= at && at < to)
      const start = cursor === undefined ? 0 : Number(cursor)
      const rows = inRange.slice(start, start + limit).map(({ id, at }) => logOf(id, at))
      const more = start + limit < inRange.length
      return { rows, more, cursor: more ? String(start + limit) : undefined }
    },
    async counts({ from, to, intervalMillis }, signal) {
      asked.counts += 1
      await Promise.resolve()
      signal.throwIfAborted()
      const width = BigInt(intervalMillis) * NANOS_PER_MILLI
      const first = from / width
      const count = Number((to - 1n) / width - first) + 1
      if (count > 2_000) throw new Error(`${count} buckets are too many`)
      const buckets = Array.from({ length: count }, (_, i) => ({
        start: (first + BigInt(i)) * width,
        count: 0,
      }))
      for (const { at } of sorted) {
        const bucket = buckets[Number(at / width - first)]
        if (from <= at && at < to && bucket !== undefined) bucket.count += 1
      }
      return buckets
    },
  }
}
