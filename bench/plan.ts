import type { ClusterPlan } from './experiments/cluster.ts'
import type { ColdPlan } from './experiments/cold.ts'
import type { DiskPlan } from './experiments/disk.ts'
import type { FormatsPlan } from './experiments/formats.ts'
import type { GrowthPlan } from './experiments/growth.ts'
import type { IngestPlan } from './experiments/ingest.ts'
import type { LatencyPlan } from './experiments/latency.ts'
import type { MemoryPlan } from './experiments/memory.ts'
import type { QuestionsPlan } from './experiments/questions.ts'
import type { SegmentsPlan } from './experiments/segments.ts'
import type { StagesPlan } from './experiments/stages.ts'
import type { WebPlan } from './experiments/web.ts'
import type { Load, Workload } from './generator/workload.ts'
import type { ExperimentName, Size } from './options.ts'
import { fill, flatOut, paced, pacedWorkload, workload } from './workloads.ts'

/** What one run of the bench does, in order. Each experiment has a Heartwood of its own. */
export type Experiment =
  | { readonly name: 'ingest'; readonly plan: IngestPlan }
  | { readonly name: 'disk'; readonly plan: DiskPlan }
  | { readonly name: 'latency'; readonly plan: LatencyPlan }
  | { readonly name: 'memory'; readonly plan: MemoryPlan }
  | { readonly name: 'questions'; readonly plan: QuestionsPlan }
  | { readonly name: 'segments'; readonly plan: SegmentsPlan }
  | { readonly name: 'stages'; readonly plan: StagesPlan }
  | { readonly name: 'formats'; readonly plan: FormatsPlan }
  | { readonly name: 'growth'; readonly plan: GrowthPlan }
  | { readonly name: 'web'; readonly plan: WebPlan }
  | { readonly name: 'cluster'; readonly plan: ClusterPlan }
  | { readonly name: 'cold'; readonly plan: ColdPlan }

/** How much of everything, by the size of the run. Seconds but for the events. */
interface Lengths {
  readonly mainRow: number
  readonly otherRows: number
  readonly diskEvents: number
  readonly steady: number
  readonly burst: number
  readonly memory: Pick<MemoryPlan, 'warmupSeconds' | 'steadySeconds' | 'afterSeconds' | 'compareSeconds'>
  readonly spike: number
  readonly questionEvents: number
  readonly repeats: number
  readonly live: number
  readonly segmentDays: number
  readonly stageEvents: number
  readonly growthEvents: number
  readonly formatBodies: number
  readonly scroll: number
  readonly following: number
  readonly cluster: ClusterLengths
  readonly coldEvents: number
}

interface ClusterLengths {
  readonly events: number
  readonly steadySeconds: number
  readonly backlog: number
  readonly profiled: number
  readonly plain: number
}

const DEFAULT: Lengths = {
  mainRow: 60,
  otherRows: 10,
  diskEvents: 1_000_000,
  steady: 40,
  burst: 20,
  memory: { warmupSeconds: 20, steadySeconds: 60, afterSeconds: 80, compareSeconds: 20 },
  spike: 20,
  questionEvents: 10_000_000,
  repeats: 15,
  live: 30,
  segmentDays: 300,
  stageEvents: 1_500_000,
  growthEvents: 100_000_000,
  formatBodies: 15,
  scroll: 20,
  following: 300,
  cluster: { events: 1_000_000, steadySeconds: 30, backlog: 2_000_000, profiled: 150_000, plain: 150_000 },
  coldEvents: 10_000_000,
}

const LENGTHS: Readonly<Record<Size, Lengths>> = {
  quick: {
    mainRow: 4,
    otherRows: 1,
    diskEvents: 150_000,
    steady: 6,
    burst: 3,
    memory: { warmupSeconds: 3, steadySeconds: 6, afterSeconds: 9, compareSeconds: 3 },
    spike: 3,
    questionEvents: 300_000,
    repeats: 3,
    live: 6,
    segmentDays: 12,
    stageEvents: 150_000,
    growthEvents: 1_000_000,
    formatBodies: 3,
    scroll: 4,
    following: 20,
    cluster: { events: 100_000, steadySeconds: 5, backlog: 100_000, profiled: 40_000, plain: 40_000 },
    coldEvents: 500_000,
  },
  default: DEFAULT,
  long: {
    ...DEFAULT,
    memory: { warmupSeconds: 60, steadySeconds: 600, afterSeconds: 120, compareSeconds: 60 },
    repeats: 30,
  },
  growth: DEFAULT,
}

/** @param events instead of as many as the size says, for the questions, for growth, the cluster and old logs */
export function experimentOf(name: ExperimentName, size: Size, events: number | undefined): Experiment {
  const lengths = LENGTHS[size]
  switch (name) {
    case 'ingest':
      return { name, plan: ingestPlan(lengths) }
    case 'disk':
      return {
        name,
        plan: { fill: fill(workload('JSON, 400 B'), lengths.diskEvents) },
      }
    case 'latency':
      return { name, plan: latencyPlan(lengths) }
    case 'memory':
      return {
        name,
        plan: {
          ...lengths.memory,
          workload: pacedWorkload('20,000 events/s', 500),
          eventsPerSecond: 20_000,
          spike: { eventsPerSecond: 200_000, seconds: lengths.spike },
        },
      }
    case 'questions': {
      const total = events ?? lengths.questionEvents
      return {
        name,
        plan: {
          fill: fill(workload('JSON, 400 B'), total),
          events: total,
          repeats: lengths.repeats,
          live: paced(pacedWorkload('20,000 events/s', 200), {
            seconds: lengths.live,
            eventsPerSecond: 20_000,
          }),
        },
      }
    }
    case 'segments':
      return {
        name,
        plan: {
          workload: workload('JSON, 400 B, over many days'),
          events: lengths.segmentDays * EVENTS_PER_DAY,
          days: lengths.segmentDays,
          repeats: lengths.repeats,
        },
      }
    case 'stages':
      return {
        name,
        plan: {
          fill: fill(workload('JSON, 400 B'), lengths.stageEvents),
          events: lengths.stageEvents,
          repeats: lengths.repeats,
        },
      }
    case 'formats':
      return { name, plan: { lines: 4_000, bodies: lengths.formatBodies } }
    case 'growth':
      return {
        name,
        plan: growthPlan(events ?? lengths.growthEvents, lengths),
      }
    case 'web':
      return { name, plan: webPlan(events ?? lengths.questionEvents, lengths) }
    case 'cluster':
      return { name, plan: clusterPlan(events, lengths) }
    case 'cold':
      return {
        name,
        plan: { events: events ?? lengths.coldEvents, repeats: lengths.repeats, days: COLD_DAYS },
      }
  }
}

const EVENTS_PER_DAY = 5_000
const COLD_DAYS = 3

function ingestPlan({ mainRow, otherRows }: Lengths): IngestPlan {
  const other = (name: string, changes: Parameters<typeof workload>[1]) =>
    flatOut(workload(name, changes), otherRows)
  return {
    warmup: flatOut(workload('warm-up'), Math.min(5, mainRow)),
    rows: [
      flatOut(workload('JSON, 400 B'), mainRow),
      other('JSON, 400 B, without trace ids', { traces: 0 }),
      // Compressed bodies repeat, so there are more of them.
      other('JSON, 400 B, gzip', { encoding: 'gzip', bodies: 256 }),
      other('JSON, 1 KB', { bytes: 1_000 }),
      other('JSON, 400 B, ten interleaved shapes', { shapes: 10 }),
      other('JSON, 400 B, ten shapes, escapes in a third', { shapes: 10, escapes: 1 / 3 }),
      other('JSON, 400 B, 10,000 services', { services: 10_000 }),
      other('plain text, 400 B', { format: 'text' }),
      other('plain text, 400 B, without trace ids', { format: 'text', traces: 0 }),
    ],
  }
}

function latencyPlan({ steady, burst }: Lengths): LatencyPlan {
  const at = (eventsPerSecond: number, seconds: number) =>
    paced(pacedWorkload(`${eventsPerSecond.toLocaleString('en-US')} events/s`, 200), {
      seconds,
      eventsPerSecond,
    })
  return {
    warmup: at(20_000, Math.min(10, steady)),
    steady: at(20_000, steady),
    burst: at(50_000, burst),
  }
}

function webPlan(events: number, { scroll, following, repeats }: Lengths): WebPlan {
  return {
    fill: fill(workload('JSON, 400 B'), events),
    events,
    scrolledEvents: 1_000_000,
    scrollSeconds: scroll,
    repeats,
    tail: paced(pacedWorkload('5,000 events/s', 50), { seconds: following, eventsPerSecond: 5_000 }),
  }
}

/** Another number of events is that of the questions; twice as many are the backlog, and a fifth go the plain way and are profiled. */
function clusterPlan(events: number | undefined, { cluster, repeats }: Lengths): ClusterPlan {
  const at = (eventsPerSecond: number) =>
    paced(pacedWorkload(`${eventsPerSecond.toLocaleString('en-US')} events/s`, 100), {
      seconds: cluster.steadySeconds,
      eventsPerSecond,
    })
  const sizes =
    events === undefined
      ? cluster
      : { events, backlog: events * 2, profiled: Math.ceil(events / 5), plain: Math.ceil(events / 5) }
  return {
    workload: workload('JSON, 400 B'),
    events: sizes.events,
    repeats,
    window: CLUSTER_WINDOW,
    steady: [at(2_000), at(5_000)],
    backlog: unbounded(workload('JSON, 400 B, a backlog'), sizes.backlog),
    profiled: unbounded(workload('JSON, 400 B, under the profiler'), sizes.profiled),
    plainEvents: sizes.plain,
  }
}

/** What Elasticsearch makes searchable once a second must not hold up the sender. */
const CLUSTER_WINDOW = 30_000

/** However much waits. */
function unbounded(of: Workload, events: number): Load {
  const load = fill(of, events)
  return { ...load, pace: { ...load.pace, leastWindow: Number.MAX_SAFE_INTEGER } }
}

/** The first look is at 2 million events, and at fewer only where there are few in all. */
function growthPlan(events: number, { otherRows, repeats }: Lengths): GrowthPlan {
  return {
    workload: workload('JSON, 400 B, 10,000 services', { services: 10_000 }),
    eventsPerHour: Math.min(2_000_000, Math.ceil(events / 10)),
    events,
    ingestSeconds: otherRows * 2,
    repeats,
  }
}
