/** What has to be taken in, kept and survived. */
export interface Demand {
  /** On average over a day. */
  readonly eventsPerSecond: number
  readonly eventBytes: number
  readonly daysHot: number
  readonly daysCold: number
  /** Copies of each shard beside the first. */
  readonly replicas: number
  readonly kafkaReplication: number
  readonly kafkaHours: number
  /** So many times the average at the height of a spike. */
  readonly peak: number
  readonly peakMinutes: number
  /** Within this long after a spike everything is searchable again. */
  readonly catchUpHours: number
  /** Ingest takes the average for this long while Kafka is away. */
  readonly spoolMinutes: number
  readonly eventsPerRequest: number
  readonly questionsPerSecond: number
  readonly machine: Machine
}

/** One of the machines that everything runs on. */
export interface Machine {
  readonly cores: number
  readonly memoryBytes: number
  readonly diskBytes: number
}

/** Events/s that ingest and Kafka must take. */
export function peakRate({ eventsPerSecond, peak }: Demand): number {
  return eventsPerSecond * peak
}

/**
 * Events/s that indexers and Elasticsearch must do so that what a spike left in Kafka is gone `catchUpHours` after it. With
 * a spike of P for T and the average B besides, (P - C) T is left and C - B is free for D: C = (P T + B D) / (T + D).
 */
export function catchUpRate(demand: Demand): number {
  const spike = demand.peakMinutes / 60
  return (
    (peakRate(demand) * spike + demand.eventsPerSecond * demand.catchUpHours) / (spike + demand.catchUpHours)
  )
}
