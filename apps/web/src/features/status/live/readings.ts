import type { SystemOutput } from '@heartwood/api'
import { processName } from '../apps/process-name.ts'

/** What one look at the system says, of the figures that are followed over time. Undefined: nobody could say. */
export interface Reading {
  /** Epoch milliseconds. */
  readonly at: number
  /** Counters of each process that takes logs in, by its name. */
  readonly accepted: ReadonlyMap<string, Accepted> | undefined
  readonly queueBytes: number | undefined
  /** Of a cluster. */
  readonly queueRecords: number | undefined
  readonly queueAgeMillis: number | undefined
  readonly delayMillis: number | undefined
  /** CPU of each process since it started, seconds, by its name. */
  readonly cpu: ReadonlyMap<string, { readonly since: number; readonly seconds: number }>
}

/** Accepted since the process started. */
interface Accepted {
  /** Epoch milliseconds. */
  readonly since: number
  readonly events: number
  readonly bytes: number
}

/** Kept for the small charts: five minutes. */
export const KEPT_MILLIS = 300_000

export function readingOf({ at, accepted, queue, apps }: SystemOutput): Reading {
  return {
    at: Date.parse(at),
    accepted:
      accepted === null
        ? undefined
        : new Map(
            accepted.processes.map(({ instance, since, events, bytes }) => [
              instance ?? 'ingest',
              { since: Date.parse(since), events, bytes },
            ]),
          ),
    queueBytes: queue.bytes ?? undefined,
    queueRecords: queue.records ?? undefined,
    queueAgeMillis: queue.age_ms ?? undefined,
    delayMillis: queue.searchable_delay_ms ?? undefined,
    cpu: new Map(
      apps.flatMap(({ app, instance, started_at, cpu_seconds }) =>
        started_at === null || cpu_seconds === null
          ? []
          : [[processName(app, instance), { since: Date.parse(started_at), seconds: cpu_seconds }]],
      ),
    ),
  }
}

/** The readings with a new one behind them, oldest first, without those that are too old to be shown. */
export function withReading(readings: readonly Reading[], next: Reading): readonly Reading[] {
  const last = readings.at(-1)
  if (last !== undefined && next.at <= last.at) return readings
  return [...readings.filter(({ at }) => at >= next.at - KEPT_MILLIS), next]
}

type Counter = 'events' | 'bytes'

/** The rate over the last so many milliseconds, as it was at each reading but the first; undefined where a counter is missing. */
export function ratesOf(
  readings: readonly Reading[],
  counter: Counter,
  millis: number,
): (number | undefined)[] {
  return readings.slice(1).map((_, index) => recentRate(readings.slice(0, index + 2), counter, millis))
}

/** The rate by the second over the last so many milliseconds; undefined before there are two readings. */
export function recentRate(
  readings: readonly Reading[],
  counter: Counter,
  millis: number,
): number | undefined {
  const last = readings.at(-1)
  if (last === undefined) return undefined
  const recent = readings.filter(({ at }) => at >= last.at - millis)
  return rateBetween(recent.length < 2 ? readings.slice(-2) : recent, counter)
}

/** How many processors a process kept busy between the last two readings: 1 is all of one. */
export function cpuShare(readings: readonly Reading[], name: string): number | undefined {
  const [before, after] = readings.slice(-2)
  const [from, to] = [before?.cpu.get(name), after?.cpu.get(name)]
  if (before === undefined || after === undefined || from === undefined || to === undefined) return undefined
  const used = to.since === from.since ? to.seconds - from.seconds : to.seconds
  return Math.max(0, used) / ((after.at - before.at) / 1_000)
}

/** What came between the first and the last of these readings, by the second, across restarts of the counter. */
function rateBetween(readings: readonly Reading[], counter: Counter): number | undefined {
  const first = readings[0]
  const last = readings.at(-1)
  if (first === undefined || last === undefined || last.at <= first.at) return undefined
  let sum = 0
  for (const [index, after] of readings.entries()) {
    const before = readings[index - 1]
    if (before === undefined) continue
    const more = increase(before, after, counter)
    if (more === undefined) return undefined
    sum += more
  }
  return sum / ((last.at - first.at) / 1_000)
}

/** What came between two readings, of all processes; undefined where nobody could say. */
function increase(before: Reading, after: Reading, counter: Counter): number | undefined {
  if (before.accepted === undefined || after.accepted === undefined) return undefined
  let sum = 0
  for (const [name, to] of after.accepted)
    sum += increaseOf(before.accepted.get(name), to, counter, before.at)
  return sum
}

/**
 * A counter that began anew has counted at least what it shows: never a fall. What one had counted that was not seen
 * before, and had begun before, came at another time.
 */
function increaseOf(from: Accepted | undefined, to: Accepted, counter: Counter, at: number): number {
  if (from === undefined) return to.since >= at ? to[counter] : 0
  return to.since === from.since && to[counter] >= from[counter] ? to[counter] - from[counter] : to[counter]
}
