import type { Prices } from '../prices.ts'
import { archiverRole, indexerRole, ingestRole, queryRole, smallRoles } from './apps.ts'
import { type ArchiveCost, archiveCost } from './archive.ts'
import type { Costs } from './costs.ts'
import { catchUpRate, type Demand, peakRate } from './demand.ts'
import { elasticsearchRole, shardsFor } from './elasticsearch.ts'
import { kafkaRole, partitionsFor } from './kafka.ts'
import type { Role } from './role.ts'
import { type PlannedSettings, plannedSettings } from './settings.ts'

/** A cluster for a demand. */
export interface Plan {
  readonly peakPerSecond: number
  /** Events/s that indexers and Elasticsearch do at most. */
  readonly indexedPerSecond: number
  readonly roles: readonly Role[]
  /** For all apps of Heartwood together, of the size that was named. */
  readonly appMachines: number
  readonly partitions: number
  readonly shards: number
  readonly archive: ArchiveCost
  readonly settings: PlannedSettings
}

export function planFor(demand: Demand, costs: Costs, prices: Prices): Plan {
  const indexer = indexerRole(demand, costs)
  const ingest = ingestRole(demand, costs)
  const apps = [
    ingest,
    indexer,
    ...(demand.daysCold > 0 ? [archiverRole(demand, costs)] : []),
    queryRole(demand, costs),
    ...smallRoles(costs),
  ]
  const partitions = partitionsFor(demand, indexer.count, costs)
  const shards = shardsFor(demand, costs)
  return {
    peakPerSecond: peakRate(demand),
    indexedPerSecond: catchUpRate(demand),
    roles: [...apps, kafkaRole(demand, costs), elasticsearchRole(demand, costs), postgresRole()],
    appMachines: machinesFor(apps, demand),
    partitions,
    shards,
    archive: archiveCost(demand, costs, prices),
    settings: plannedSettings(demand, { partitions, shards, spoolBytes: ingest.diskBytes }),
  }
}

/** By cores and by memory, never one alone. */
function machinesFor(apps: readonly Role[], { machine }: Demand): number {
  const sum = (of: (role: Role) => number) => apps.reduce((total, role) => total + of(role), 0)
  const cores = sum(({ cores }) => cores) / machine.cores
  const memory = sum(({ count, memoryBytes }) => count * memoryBytes) / machine.memoryBytes
  return Math.max(2, Math.ceil(cores), Math.ceil(memory))
}

/** It holds no logs: registry, rules, leases, saved searches. */
function postgresRole(): Role {
  return {
    name: 'PostgreSQL',
    kind: 'machines',
    count: 2,
    cores: 4,
    memoryBytes: 4e9,
    diskBytes: 20e9,
    boundBy: 'one and its standby',
  }
}
