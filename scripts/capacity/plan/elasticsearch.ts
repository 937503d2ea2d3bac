import { type Costs, coresFor, lengthFactor } from './costs.ts'
import { catchUpRate, type Demand } from './demand.ts'
import { largest, type Role } from './role.ts'

const SECONDS_OF_DAY = 86_400
/** Of which a majority must be there to choose a master. */
const NODES = 3

/** Shards of one day's index, without copies. */
export function shardsFor(demand: Demand, costs: Costs): number {
  return Math.max(1, Math.ceil(dayBytes(demand, costs) / costs.shardBytes.value))
}

/** Nodes that keep the hot days. A copy of a shard indexes each event again. */
export function elasticsearchRole(demand: Demand, costs: Costs): Role {
  const { machine, replicas, daysHot, eventBytes } = demand
  const copies = 1 + replicas
  const cores = coresFor(catchUpRate(demand), costs.elasticsearchMicros.value, eventBytes, costs) * copies
  // One more day than is asked for: the oldest goes when it is over, and today's is there already.
  const days = daysHot + 1
  const bytes = (dayBytes(demand, costs) * days * copies) / costs.fullShare.value
  const { count, boundBy } = largest({
    'a majority that survives one': replicas === 0 ? 1 : NODES,
    'CPU while catching up': cores / machine.cores,
    disk: bytes / machine.diskBytes,
    shards: (shardsFor(demand, costs) * days * copies) / costs.shardsPerNode.value,
  })
  const { memoryBytes } = machine
  return {
    name: 'Elasticsearch',
    kind: 'machines',
    count,
    boundBy,
    cores,
    memoryBytes,
    diskBytes: bytes / count,
  }
}

/** A day's events, one copy. */
function dayBytes({ eventsPerSecond, eventBytes }: Demand, costs: Costs): number {
  return eventsPerSecond * SECONDS_OF_DAY * costs.hotBytes.value * lengthFactor(eventBytes, costs)
}
