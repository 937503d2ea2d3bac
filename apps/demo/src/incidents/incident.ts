import type { Condition } from '../shop/condition.ts'
import type { Entry } from '../shop/entry.ts'
import type { ServiceName } from '../shop/services.ts'

export const INCIDENT_KINDS = [
  'bad-deployment',
  'slow-database',
  'silent-service',
  'expired-certificate',
  'memory-pressure',
] as const
export type IncidentKind = (typeof INCIDENT_KINDS)[number]

/** Something goes wrong for a while. Times are epoch milliseconds, `to` exclusive. */
export interface Incident {
  readonly kind: IncidentKind
  readonly from: number
  readonly to: number
}

/**
 * What one kind of incident does. It only touches the service that is its cause: what the others then say follows from
 * their calls, so that the cause can be found the way it is found in a real system.
 */
export interface Script {
  /** The service that causes it, and says why. */
  readonly cause: ServiceName
  /** How a service does at `at`, which is within the incident. */
  conditionOf(service: ServiceName, at: number, incident: Incident): Condition
  /** What is said beside the trips of shoppers, between two times within the incident and shortly after it. */
  lines(incident: Incident, from: number, to: number): Entry[]
}

/** How long after its end an incident may still have something to say. */
export const AFTERMATH_MILLIS = 30_000
