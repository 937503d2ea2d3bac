import type { GeneratedEvent } from './generated-event.ts'
import { type Facts, SUBSTRING } from './workload.ts'

export function noFacts(): Facts {
  return { events: 0, bytes: 0, byLevel: {}, errorsByService: {}, failuresByService: {}, substring: 0 }
}

/** What is known of the events of a body of so many bytes. Text lines have no fields, so no status. */
export function factsOf(events: readonly GeneratedEvent[], bytes: number, hasFields: boolean): Facts {
  const facts = { ...noFacts(), events: events.length, bytes }
  for (const { level, service, status, message } of events) {
    increase(facts.byLevel, level, 1)
    if (level === 'error') increase(facts.errorsByService, service, 1)
    if (hasFields && status >= 500) increase(facts.failuresByService, service, 1)
    if (message.toLowerCase().includes(SUBSTRING)) facts.substring++
  }
  return facts
}

/** Adds to `sum` in place. */
export function addFacts(sum: Facts, more: Facts): void {
  sum.events += more.events
  sum.bytes += more.bytes
  sum.substring += more.substring
  for (const key of ['byLevel', 'errorsByService', 'failuresByService'] as const)
    for (const [name, count] of Object.entries(more[key])) increase(sum[key], name, count)
}

function increase(counts: Record<string, number>, name: string, by: number): void {
  counts[name] = (counts[name] ?? 0) + by
}
