import { ASSUMED } from '../costs/assumed.ts'
import { laterCosts, type MeasuredCosts, measuredCosts } from '../costs/measured.ts'

export type Costs = MeasuredCosts & typeof ASSUMED

/** All costs: what the text of docs/benchmarks.md says, and what is assumed where it says nothing. */
export function costsOf(page: string): Costs {
  const { hotBytes = ASSUMED.hotBytes } = laterCosts(page)
  return { ...measuredCosts(page), ...ASSUMED, hotBytes }
}

/**
 * Cores for `rate` events/s of `eventBytes` at so many microseconds each, with the planned room. Microseconds were measured
 * with shorter events and are taken to grow with the length, which is the most they do.
 */
export function coresFor(rate: number, micros: number, eventBytes: number, costs: Costs): number {
  return (rate * micros * lengthFactor(eventBytes, costs)) / 1e6 / costs.busyShare.value
}

/** How much longer these events are than those that were measured. */
export function lengthFactor(eventBytes: number, costs: Costs): number {
  return eventBytes / costs.eventBytes.value
}
