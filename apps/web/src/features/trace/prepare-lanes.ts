import type { LogJson } from '@heartwood/api'
import { type Level, severityOfLevel } from '@heartwood/event'
import { serviceOf } from './prepare-facts.ts'
import { traceItems } from './prepare-gaps.ts'
import { offsetNanos } from './trace-times.ts'

/** Places are shares of the whole length, 0 to 1. */
export interface Lane {
  readonly service: string
  readonly spans: readonly { readonly key: string; readonly from: number; readonly to: number }[]
  readonly marks: readonly Mark[]
}

export interface Mark {
  readonly at: number
  /** The worst of the lines that stand here. */
  readonly level: Level
  /** The first of the worst. */
  readonly log: LogJson
  readonly count: number
}

export interface Lanes {
  readonly lanes: readonly Lane[]
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
  /** From the first line to the last. */
  readonly nanos: number
}

/** Marks of a lane stand side by side and not on each other. */
const PLACES = 240
/** The longest spans of a service; more would cover each other. */
const MAX_SPANS = 40

/** A lane of time for each service, in the order in which they first wrote: its spans, and a mark for each line. */
export function prepareLanes(logs: readonly LogJson[]): Lanes {
  const [first] = logs
  const last = logs.at(-1)
  if (first === undefined || last === undefined) return { lanes: [], gaps: [], nanos: 0 }
  const nanos = offsetNanos(last, first)
  const placeOf = (offset: number) => (nanos === 0 ? 0 : offset / nanos)
  const lanes = [...Map.groupBy(logs, serviceOf)].map(([service, lines]): Lane => {
    const placed = lines.map((log) => ({ log, at: placeOf(offsetNanos(log, first)) }))
    return { service, spans: spansOf(placed), marks: marksOf(placed) }
  })
  const gaps = traceItems(logs, first).flatMap((item, index, items) => {
    const next = items[index + 1]
    if (item.kind !== 'gap' || next?.kind !== 'line') return []
    return [{ from: placeOf(next.offset - item.nanos), to: placeOf(next.offset) }]
  })
  return { lanes, gaps, nanos }
}

interface Placed {
  readonly log: LogJson
  readonly at: number
}

function spansOf(placed: readonly Placed[]): Lane['spans'] {
  const spans = [...Map.groupBy(placed, ({ log }) => log.span_id)].flatMap(([key, lines]) => {
    const from = lines[0]?.at ?? 0
    const to = lines.at(-1)?.at ?? 0
    return key === undefined || lines.length < 2 ? [] : [{ key, from, to }]
  })
  return spans.sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MAX_SPANS)
}

function marksOf(placed: readonly Placed[]): Mark[] {
  const places = Map.groupBy(placed, ({ at }) => Math.round(at * PLACES))
  return [...places].flatMap(([place, lines]) => {
    const [worst] = lines
      .map(({ log }) => log)
      .sort((a, b) => severityOfLevel(b.level) - severityOfLevel(a.level))
    if (worst === undefined) return []
    return [{ at: place / PLACES, level: worst.level, log: worst, count: lines.length }]
  })
}
