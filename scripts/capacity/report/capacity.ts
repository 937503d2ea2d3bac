import { type Costs, lengthFactor } from '../plan/costs.ts'
import { type Demand, peakRate } from '../plan/demand.ts'
import { type Plan, planFor } from '../plan/plan.ts'
import type { Prices } from '../prices.ts'
import { type Spike, simulateSpike } from '../spike/simulate.ts'

/** Everything that was worked out; `--json` prints it as it is. */
export interface Capacity {
  readonly demand: Demand
  readonly prices: Prices
  readonly costs: Costs
  readonly lengthFactor: number
  readonly plan: Plan
  readonly spike: Spike
}

/** The plan for a demand, and the spike as that plan lives through it. */
export function capacityFor(demand: Demand, costs: Costs, prices: Prices): Capacity {
  const plan = planFor(demand, costs, prices)
  const spike = simulateSpike({
    base: demand.eventsPerSecond,
    peak: peakRate(demand),
    peakMinutes: demand.peakMinutes,
    takenPerSecond: plan.peakPerSecond,
    indexedPerSecond: plan.indexedPerSecond,
    kafkaMinutes: demand.kafkaHours * 60,
    limitMinutes: demand.peakMinutes + (demand.catchUpHours + 1) * 60,
  })
  return { demand, prices, costs, lengthFactor: lengthFactor(demand.eventBytes, costs), plan, spike }
}
