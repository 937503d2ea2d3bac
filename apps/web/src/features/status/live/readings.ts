import type { SystemOutput } from '@heartwood/api'

/** What one look at the system says, of the figures that are followed over time. Undefined: nobody could say. */
export interface Reading {
  /** Epoch milliseconds. */
  readonly at: number
  /** When the counters began. */
  readonly since: number | undefined
  /** Counters: accepted since then. */
  readonly events: number | undefined
  readonly bytes: number | undefined
  readonly queueBytes: number | undefined
  readonly queueAgeMillis: number | undefined
  readonly delayMillis: number | undefined
  /** CPU of each app since it started, seconds. */
  readonly cpu: ReadonlyMap<string, { readonly since: number; readonly seconds: number }>
}

/** Kept for the small charts: five minutes. */
export const KEPT_MILLIS = 300_000

export function readingOf({ at, accepted, queue, apps }: SystemOutput): Reading {
  return {
    at: Date.parse(at),
    since: accepted === null ? undefined : Date.parse(accepted.since),
    events: accepted?.events,
    bytes: accepted?.bytes,
    queueBytes: queue.bytes ?? undefined,
    queueAgeMillis: queue.age_ms ?? undefined,
    delayMillis: queue.searchable_delay_ms ?? undefined,
    cpu: new Map(
      apps.flatMap(({ app, started_at, cpu_seconds }) =>
        started_at === null || cpu_seconds === null
          ? []
          : [[app, { since: Date.parse(started_at), seconds: cpu_seconds }]],
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

/** How many processors an app kept busy between the last two readings: 1 is all of one. */
export function cpuShare(readings: readonly Reading[], app: string): number | undefined {
  const [before, after] = readings.slice(-2)
  const [from, to] = [before?.cpu.get(app), after?.cpu.get(app)]
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

/** A counter that began anew has counted at least what it shows: never a fall. */
function increase(before: Reading, after: Reading, counter: Counter): number | undefined {
  const [from, to] = [before[counter], after[counter]]
  if (from === undefined || to === undefined) return undefined
  return after.since === before.since && to >= from ? to - from : to
}
