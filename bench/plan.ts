import type { Pace, Workload } from './generator/workload.ts'

export interface Scenario {
  readonly workload: Workload
  readonly pace: Omit<Pace, 'url'>
  /** Sends markers meanwhile and looks for them by search and tail. */
  readonly freshness?: true
}

/** What one run of the bench does, in order. Each scenario goes on with what those before have stored. */
export interface Plan {
  readonly warmup: Scenario
  readonly scenarios: readonly Scenario[]
  /** Sent before the questions until so many events are stored. */
  readonly fillTo: number
  readonly fill: Scenario
  readonly repeats: number
  /** Of the profiled run. */
  readonly profileSeconds: number
}

const BASE: Workload = {
  name: '',
  seed: 1,
  services: 200,
  bytes: 400,
  format: 'json',
  shapes: 1,
  escapes: 0,
  encoding: 'identity',
  eventsPerBody: 1_000,
  bodies: 64,
}

/** As fast as answers come, but never more than the indexer can catch up with in some seconds. */
function flatOut(name: string, seconds: number, changes: Partial<Workload> = {}): Scenario {
  return {
    workload: { ...BASE, ...changes, name },
    pace: { seconds, eventsPerSecond: null, connections: 8, maxBacklog: 40_000 },
  }
}

function paced(name: string, seconds: number, eventsPerSecond: number): Scenario {
  return {
    workload: { ...BASE, name, eventsPerBody: 200, bodies: 256 },
    pace: { seconds, eventsPerSecond, connections: 32, maxBacklog: null },
  }
}

export function planOf(options: { readonly long: boolean; readonly fillTo: number | undefined }): Plan {
  const [main, other, steady, burst] = options.long ? [60, 20, 60, 20] : [10, 3, 8, 2]
  return {
    warmup: flatOut('warm-up', 4),
    scenarios: [
      flatOut(FLAT_OUT, main),
      flatOut('JSON, 400 B, gzip', other, { encoding: 'gzip' }),
      flatOut('JSON, 1 KB', other, { bytes: 1_000 }),
      flatOut('JSON, 400 B, ten interleaved shapes', other, { shapes: 10 }),
      flatOut('JSON, 400 B, ten shapes, escapes in a third', other, { shapes: 10, escapes: 1 / 3 }),
      flatOut('plain text, 400 B', other, { format: 'text' }),
      flatOut('JSON, 400 B, 10,000 services', other, { services: 10_000 }),
      { ...paced(STEADY, steady, 20_000), freshness: true },
      paced(BURST, burst, 50_000),
    ],
    fillTo: options.fillTo ?? (options.long ? 10_000_000 : 0),
    fill: flatOut('fill', 30),
    repeats: options.long ? 9 : 5,
    profileSeconds: options.long ? 30 : 10,
  }
}

export const FLAT_OUT = 'JSON, 400 B'
export const STEADY = '20,000 events/s'
export const BURST = '50,000 events/s'
/** For the profile and the bytes on disk: nothing but the events that the goals speak of. */
export function profiled(seconds: number): Scenario {
  return flatOut('profiled', seconds)
}
