import type { Load, Pace, Workload } from './generator/workload.ts'

const CONNECTIONS = 8
/** Enough that what is due is sent, whatever time the answers take. */
const PACED_CONNECTIONS = 256

const BASE: Workload = {
  name: '',
  seed: 1,
  services: 200,
  bytes: 400,
  format: 'json',
  shapes: 1,
  escapes: 0,
  traces: 1,
  encoding: 'identity',
  eventsPerBody: 1_000,
  bodies: 64,
}

/** What issue 4 speaks of where it says no more than "event": JSON of 400 bytes, one family of keys, 200 services. */
export function workload(name: string, changes: Partial<Workload> = {}): Workload {
  return { ...BASE, ...changes, name }
}

/** Smaller bodies, as a rate by the clock is sent evenly. */
export function pacedWorkload(
  name: string,
  eventsPerBody: number,
  changes: Partial<Workload> = {},
): Workload {
  return workload(name, { eventsPerBody, bodies: PACED_CONNECTIONS + 64, ...changes })
}

export function flatOut(of: Workload, seconds: number): Load {
  return {
    workload: of,
    pace: { connections: CONNECTIONS, steps: [{ kind: 'flat-out', seconds }], calendar: null },
  }
}

export function fill(of: Workload, events: number, calendar: Pace['calendar'] = null): Load {
  return { workload: of, pace: { connections: CONNECTIONS, steps: [{ kind: 'fill', events }], calendar } }
}

export interface Rate {
  readonly seconds: number
  readonly eventsPerSecond: number
}

/** Rates by the clock, one after the other without a break. */
export function paced(of: Workload, ...rates: readonly Rate[]): Load {
  return {
    workload: of,
    pace: {
      connections: PACED_CONNECTIONS,
      steps: rates.map((rate) => ({ kind: 'paced', ...rate })),
      calendar: null,
    },
  }
}
