import type { Prices } from '../prices.ts'
import { type Costs, lengthFactor } from './costs.ts'
import type { Demand } from './demand.ts'

const SECONDS_OF_DAY = 86_400
const DAYS_OF_MONTH = 30.4

/** What a month of S3 holds and costs, once the cold days are full. */
export interface ArchiveCost {
  readonly storedBytes: number
  readonly objects: number
  readonly putsPerMonth: number
  readonly dollarsPerMonth: number
}

export function archiveCost(demand: Demand, costs: Costs, prices: Prices): ArchiveCost {
  const bytesPerDay =
    demand.eventsPerSecond *
    SECONDS_OF_DAY *
    costs.segmentBytes.value *
    lengthFactor(demand.eventBytes, costs)
  const storedBytes = bytesPerDay * demand.daysCold
  const objectsOf = (bytes: number) =>
    Math.ceil(bytes / costs.segmentFileBytes.value) * costs.filesPerSegment.value
  const putsPerMonth = objectsOf(bytesPerDay * DAYS_OF_MONTH) * costs.putsPerByte.value
  return {
    storedBytes,
    objects: objectsOf(storedBytes),
    putsPerMonth,
    dollarsPerMonth:
      (storedBytes / 1e9) * prices.gigabyteMonth + (putsPerMonth / 1_000) * prices.thousandPuts,
  }
}
