import type { StorageServicesOutput, StorageServicesQuestion } from '@heartwood/api'
import { MAX_NANOS, MIN_NANOS, NANOS_PER_DAY, NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { LogReader, TimeRange } from '@heartwood/log-store'
import { ALL } from '@heartwood/query-lang'

/** Services that are told apart; of more, the rarest count as without one. */
const MAX_SERVICES = 10_000

/** What is stored of a day, or of all, by service. */
export async function storageServices(
  reader: LogReader,
  { day, limit }: StorageServicesQuestion,
  signal: AbortSignal,
): Promise<StorageServicesOutput> {
  const start = day === undefined ? undefined : BigInt(Date.parse(day)) * NANOS_PER_MILLI
  await reader.refresh()
  const bytes = await storedBytes(reader, start)
  const asked = { query: ALL, range: rangeOf(start), signal }
  const [events, services] = await Promise.all([
    reader.count(asked),
    reader.top({ ...asked, field: 'service', limit: MAX_SERVICES }),
  ])
  const share = (of: number) => ({
    events: of,
    estimated_bytes: events === 0 ? 0 : Math.round((bytes * of) / events),
  })
  const sum = (of: typeof services) => of.reduce((total, { count }) => total + count, 0)
  return {
    day: day ?? null,
    events,
    bytes,
    services: services.slice(0, limit).map(({ value, count }) => ({ service: value, ...share(count) })),
    others: share(sum(services.slice(limit))),
    // What arrives between the two counts is in one of them only.
    without_service: share(Math.max(0, events - sum(services))),
  }
}

async function storedBytes(reader: LogReader, day: Nanos | undefined): Promise<number> {
  if (day === undefined) return (await reader.stats()).bytes
  return (await reader.storage()).find((stored) => stored.day === day)?.bytes ?? 0
}

function rangeOf(day: Nanos | undefined): TimeRange {
  return day === undefined ? { from: MIN_NANOS, to: MAX_NANOS + 1n } : { from: day, to: day + NANOS_PER_DAY }
}
