import type { LogJson } from '@heartwood/api'
import { LEVELS, type Level, severityOfLevel } from '@heartwood/event'

export interface Counted<T extends string> {
  readonly value: T
  readonly count: number
}

/** What a trace is as a whole. */
export interface TraceFacts {
  readonly total: number
  readonly first: LogJson
  readonly last: LogJson
  /** In the order in which they first wrote. A line without a service counts under ''. */
  readonly services: readonly Counted<string>[]
  /** Worst first, only those that occur. */
  readonly levels: readonly Counted<Level>[]
  readonly firstError: LogJson | undefined
}

/** The facts of a trace whose lines are all there, oldest first; undefined where there are none. */
export function factsOf(logs: readonly LogJson[]): TraceFacts | undefined {
  const [first] = logs
  const last = logs.at(-1)
  if (first === undefined || last === undefined) return undefined
  return {
    total: logs.length,
    first,
    last,
    services: countedBy(logs, serviceOf),
    levels: worstFirst(countedBy(logs, ({ level }) => level)),
    firstError: logs.find(isError),
  }
}

/** Levels as the counts of an answer name them, worst first. */
export function worstFirst(counts: readonly Counted<string>[]): Counted<Level>[] {
  const worst = LEVELS.toSorted((a, b) => severityOfLevel(b) - severityOfLevel(a))
  return worst.flatMap((level) => {
    const found = counts.find(({ value, count }) => value === level && count > 0)
    return found === undefined ? [] : [{ value: level, count: found.count }]
  })
}

export function isError({ level }: LogJson): boolean {
  return level === 'error' || level === 'fatal'
}

export function serviceOf(log: LogJson): string {
  return log.service ?? ''
}

function countedBy<T extends string>(logs: readonly LogJson[], keyOf: (log: LogJson) => T): Counted<T>[] {
  const counts = new Map<T, number>()
  for (const log of logs) counts.set(keyOf(log), (counts.get(keyOf(log)) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count }))
}
