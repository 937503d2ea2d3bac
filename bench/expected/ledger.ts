import type { GeneratedEvent } from '../generator/generated-event.ts'
import { generateEvents } from '../generator/generated-event.ts'
import type { Sending } from '../generator/protocol.ts'
import { timeOfLine, traceId } from '../generator/sent-times.ts'
import type { Workload } from '../generator/workload.ts'

/** Microseconds since 1970; from inclusive, to exclusive. */
export interface Range {
  readonly from: number
  readonly to: number
}

export type Matches = (event: GeneratedEvent) => boolean

/** Accepted events that came from one ring of bodies. */
interface Part {
  readonly events: readonly GeneratedEvent[]
  readonly perBody: number
  readonly sendings: Sending[]
}

/**
 * All that was accepted, so that any answer can be checked: not event by event, but as the bodies that were sent and when,
 * from which each event's time follows.
 */
export class Ledger {
  readonly #parts: Part[] = []
  /** A load that is sent again is of the same bodies. */
  readonly #partOf = new Map<string, Part>()

  add(workload: Workload, sendings: readonly Sending[]): void {
    const key = JSON.stringify(workload)
    const known = this.#partOf.get(key)
    const part = known ?? {
      events: generateEvents(workload),
      perBody: workload.eventsPerBody,
      sendings: [],
    }
    if (known === undefined) {
      this.#partOf.set(key, part)
      this.#parts.push(part)
    }
    for (const sending of sendings) part.sendings.push(sending)
  }

  /** Events that were sent one by one, such as those that are looked for. */
  addSingles(singles: readonly { readonly event: GeneratedEvent; readonly micros: number }[]): void {
    this.#parts.push({
      events: singles.map(({ event }) => event),
      perBody: 1,
      sendings: singles.map(({ micros }, body) => ({
        body,
        endMicros: micros,
        microsPerEvent: 0,
        seed: [0, 0],
      })),
    })
  }

  get events(): number {
    return this.#parts.reduce((sum, { perBody, sendings }) => sum + perBody * sendings.length, 0)
  }

  /** From the first event to after the last. */
  span(): Range {
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const { perBody, sendings } of this.#parts)
      for (const sending of sendings) {
        from = Math.min(from, sending.endMicros - Math.ceil(perBody * sending.microsPerEvent))
        to = Math.max(to, sending.endMicros + 1)
      }
    return { from, to }
  }

  count(matches: Matches, range: Range): number {
    let count = 0
    this.#forEach(range, (event, times) => {
      if (matches(event)) count += times
    })
    return count
  }

  countBy(matches: Matches, range: Range, key: (event: GeneratedEvent) => string): Map<string, number> {
    const counts = new Map<string, number>()
    this.#forEach(range, (event, times) => {
      if (matches(event)) counts.set(key(event), (counts.get(key(event)) ?? 0) + times)
    })
    return counts
  }

  /** Values and how often each occurs, by group. */
  valuesBy(
    matches: Matches,
    range: Range,
    key: (event: GeneratedEvent) => string,
    value: (event: GeneratedEvent) => number,
  ): Map<string, Map<number, number>> {
    const groups = new Map<string, Map<number, number>>()
    this.#forEach(range, (event, times) => {
      if (!matches(event)) return
      const counts = groups.get(key(event)) ?? new Map<number, number>()
      groups.set(key(event), counts.set(value(event), (counts.get(value(event)) ?? 0) + times))
    })
    return groups
  }

  /** The times of the newest that match, newest first. */
  latest(matches: Matches, range: Range, limit: number): number[] {
    const newestFirst = this.#parts
      .flatMap((part) => part.sendings.map((sending) => ({ part, sending })))
      .sort((a, b) => b.sending.endMicros - a.sending.endMicros)
    let times: number[] = []
    for (const { part, sending } of newestFirst) {
      if (times.length >= limit && sending.endMicros < (times[limit - 1] ?? 0)) break
      for (let line = 0; line < part.perBody; line++) {
        const event = part.events[sending.body * part.perBody + line]
        const micros = timeOfLine(sending, line, part.perBody)
        if (event !== undefined && within(range, micros) && matches(event)) times.push(micros)
      }
      times = times.sort((a, b) => b - a).slice(0, limit)
    }
    return times
  }

  /** The trace id of some event that has one, and when that was; undefined where there is none. */
  someTrace(random: () => number): { readonly id: string; readonly micros: number } | undefined {
    const traced = this.#parts.filter(({ perBody, sendings }) => perBody > 1 && sendings.length > 0)
    const all = traced.reduce((sum, { sendings }) => sum + sendings.length, 0)
    for (let attempt = 0; attempt < 100; attempt++) {
      let n = Math.floor(random() * all)
      const part = traced.find(({ sendings }) => {
        n -= sendings.length
        return n < 0
      })
      const sending = part?.sendings.at(n)
      if (part === undefined || sending === undefined) return undefined
      const line = Math.floor(random() * part.perBody)
      if (part.events[sending.body * part.perBody + line]?.isTraced)
        return { id: traceId(sending.seed, line), micros: timeOfLine(sending, line, part.perBody) }
    }
    return undefined
  }

  /** Each event of the rings with how many times it lies in the range. */
  #forEach(range: Range, visit: (event: GeneratedEvent, times: number) => void): void {
    for (const part of this.#parts) {
      const times = timesInRange(part, range)
      for (const [index, event] of part.events.entries()) {
        const count = times[index] ?? 0
        if (count > 0) visit(event, count)
      }
    }
  }
}

function timesInRange({ events, perBody, sendings }: Part, range: Range): Uint32Array {
  const times = new Uint32Array(events.length)
  const whole = new Uint32Array(events.length / perBody)
  for (const sending of sendings) {
    const { body, endMicros, microsPerEvent } = sending
    const begin = endMicros - Math.ceil(perBody * microsPerEvent)
    if (begin >= range.from && endMicros < range.to) whole[body] = (whole[body] ?? 0) + 1
    else if (endMicros >= range.from && begin < range.to)
      for (let line = 0; line < perBody; line++) {
        const at = body * perBody + line
        if (within(range, timeOfLine(sending, line, perBody))) times[at] = (times[at] ?? 0) + 1
      }
  }
  for (let at = 0; at < times.length; at++)
    times[at] = (times[at] ?? 0) + (whole[Math.floor(at / perBody)] ?? 0)
  return times
}

function within({ from, to }: Range, micros: number): boolean {
  return micros >= from && micros < to
}
