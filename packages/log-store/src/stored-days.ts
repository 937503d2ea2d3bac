import type { Nanos } from '@heartwood/event'
import type { StoredDay } from './port.ts'

/** Adds up what is stored of the same day: newest first, what is of several days last. */
export function storedDays(parts: Iterable<StoredDay>): StoredDay[] {
  const days = new Map<Nanos | undefined, StoredDay>()
  for (const part of parts) {
    const sum = days.get(part.day)
    days.set(part.day, sum === undefined ? part : together(sum, part))
  }
  return [...days.values()].sort((a, b) => newestFirst(a.day, b.day))
}

function together(a: StoredDay, b: StoredDay): StoredDay {
  return {
    day: a.day,
    events: a.events + b.events,
    bytes: a.bytes + b.bytes,
    segments: a.segments + b.segments,
    newest: a.newest > b.newest ? a.newest : b.newest,
    ...((a.tiers ?? b.tiers) && { tiers: [...(a.tiers ?? []), ...(b.tiers ?? [])] }),
  }
}

function newestFirst(a: Nanos | undefined, b: Nanos | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1
  return a < b ? 1 : -1
}
