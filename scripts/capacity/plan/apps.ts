import { type Costs, coresFor } from './costs.ts'
import { catchUpRate, type Demand, peakRate } from './demand.ts'
import { AT_LEAST, largest, type Role } from './role.ts'

const MEGABYTE = 1e6
/** A limit of memory is not to be reached by what was measured. */
const MEMORY_ROOM = 1.5

/** Takes a spike as it comes, since senders who are told to wait may not. One thread does nearly all of its work. */
export function ingestRole(demand: Demand, costs: Costs): Role {
  const cores = coresFor(peakRate(demand), costs.ingestMicros.value, demand.eventBytes, costs)
  const { count, boundBy } = largest({ 'one may be away': AT_LEAST, 'CPU at the peak': cores })
  return {
    name: 'ingest',
    kind: 'processes',
    count,
    boundBy,
    cores,
    memoryBytes: room(costs.ingestMegabytes.value),
    diskBytes: spoolBytes(demand) / count,
  }
}

/** What waits while Kafka is away, of all ingests: as it was received, for all we know. */
function spoolBytes({ eventsPerSecond, eventBytes, spoolMinutes }: Demand): number {
  return eventsPerSecond * eventBytes * spoolMinutes * 60
}

/** A process does no more than its main thread can; the collector and the compiler take further cores beside it. */
export function indexerRole(demand: Demand, costs: Costs): Role {
  const cores = coresFor(catchUpRate(demand), costs.indexerMicros.value, demand.eventBytes, costs)
  const mainThreads = (cores * costs.profiledMainMicros.value) / costs.profiledMicros.value
  const { count, boundBy } = largest({ 'one may be away': AT_LEAST, 'their main threads': mainThreads })
  const memoryBytes = room(costs.indexerMegabytes.value)
  return { name: 'indexer', kind: 'processes', count, boundBy, cores, memoryBytes, diskBytes: 0 }
}

export function archiverRole(demand: Demand, costs: Costs): Role {
  const cores = coresFor(catchUpRate(demand), costs.archiverMicros.value, demand.eventBytes, costs)
  const { count, boundBy } = largest({ 'one may be away': AT_LEAST, CPU: cores })
  const memoryBytes = room(costs.indexerMegabytes.value)
  return { name: 'archiver', kind: 'processes', count, boundBy, cores, memoryBytes, diskBytes: 0 }
}

export function queryRole(demand: Demand, costs: Costs): Role {
  const cores = (demand.questionsPerSecond * costs.queryMillis.value) / 1_000 / costs.busyShare.value
  const { count, boundBy } = largest({ 'one may be away': AT_LEAST, 'CPU of questions': cores })
  const memoryBytes = room(costs.queryMegabytes.value)
  return { name: 'query', kind: 'processes', count, boundBy, cores, memoryBytes, diskBytes: 0 }
}

/** Those whose work does not grow with the logs. */
export function smallRoles(costs: Costs): Role[] {
  const small = {
    kind: 'processes',
    count: AT_LEAST,
    cores: 1,
    diskBytes: 0,
    boundBy: 'one may be away',
  } as const
  return [
    { ...small, name: 'web', memoryBytes: room(costs.webMegabytes.value) },
    { ...small, name: 'alerter', memoryBytes: room(costs.alerterMegabytes.value) },
  ]
}

function room(megabytes: number): number {
  return megabytes * MEGABYTE * MEMORY_ROOM
}
