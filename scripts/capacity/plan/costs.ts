import { ASSUMED } from '../costs/assumed.ts'
import type { MeasuredCosts } from '../costs/measured.ts'

export type Costs = MeasuredCosts & typeof ASSUMED

export function costsOf(measured: MeasuredCosts): Costs {
  return { ...measured, ...ASSUMED }
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
