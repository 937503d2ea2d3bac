import { type Costs, coresFor } from './costs.ts'
import { type Demand, peakRate } from './demand.ts'
import { largest, type Role } from './role.ts'

/** With fewer, what is acknowledged by two cannot be kept while one is away. */
const BROKERS = 3

/** Brokers take a spike as it comes. A copy is taken to cost what the first does, which is the most it can. */
export function kafkaRole(demand: Demand, costs: Costs): Role {
  const { machine, kafkaReplication, eventBytes } = demand
  const cores = coresFor(peakRate(demand), costs.kafkaMicros.value, eventBytes, costs) * kafkaReplication
  const bytes =
    (keptEvents(demand) * eventBytes * costs.queueBytesShare.value * kafkaReplication) / costs.fullShare.value
  const { count, boundBy } = largest({
    'copies that survive one': Math.max(kafkaReplication, kafkaReplication > 1 ? BROKERS : 1),
    'CPU at the peak': cores / machine.cores,
    disk: bytes / machine.diskBytes,
  })
  const { memoryBytes } = machine
  return { name: 'Kafka', kind: 'machines', count, boundBy, cores, memoryBytes, diskBytes: bytes / count }
}

/** What lies in Kafka at most: its hours, with a spike in them. */
function keptEvents({ eventsPerSecond, kafkaHours, peak, peakMinutes }: Demand): number {
  return eventsPerSecond * (kafkaHours * 3_600 + (peak - 1) * peakMinutes * 60)
}

/** Two for each indexer, so that one more or less divides evenly enough, and no more into one than it takes. */
export function partitionsFor(demand: Demand, indexers: number, costs: Costs): number {
  const bytesPerSecond = peakRate(demand) * demand.eventBytes * costs.queueBytesShare.value
  const wanted = Math.max(2 * indexers, bytesPerSecond / costs.partitionBytes.value)
  return Math.ceil(wanted / 12) * 12
}
