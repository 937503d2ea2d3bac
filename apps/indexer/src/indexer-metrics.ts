import { gaugesOf } from '@heartwood/runtime'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { WorkerCounts } from './workers/worker-messages.ts'

/** What the indexer tells about itself; names begin with `heartwood_indexer_`, those of the store with `heartwood_`. */
export interface IndexerMetrics {
  /** Adds what a worker has done since its last report. */
  add(counts: WorkerCounts): void
  tailSkipped(events: number): void
}

export function indexerMetrics(register: Registry): IndexerMetrics {
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `heartwood_indexer_${name}`, help, labelNames, registers: [register] })
  const seconds = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `heartwood_indexer_${name}`, help, buckets, registers: [register] })
  const events = counter('events_total', 'Events made searchable')
  const bytes = counter('bytes_total', 'Inflated bytes of the bodies that are committed')
  const absorbed = counter('absorbed_batches_total', 'Batches that had been indexed before, by their id')
  const letters = counter('dead_letters_total', 'Records put aside, by door, step and kind of reason', [
    'door',
    'step',
    'reason',
  ])
  const reasons = new Set<string>()
  const replayed = counter('replayed_dead_letters_total', 'Dead letters that were tried again')
  const dropped = counter('dropped_total', 'Events dropped on purpose, by pipeline step', ['step'])
  const json = counter(
    'json_records_total',
    'JSON records read by the shape of one before (shaped) or parsed in full (plain), which takes longer',
    ['read'],
  )
  const tailSkipped = counter('tail_skipped_total', 'Matching events that slow tails were not shown')
  const shownEvents = counter(
    'shown_events_total',
    'Events written to be searchable before their commit, again when small shows are joined',
  )
  const showSeconds = seconds(
    'show_seconds',
    'Time until events that are not committed are searchable',
    [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  )
  const commitSeconds = seconds(
    'commit_seconds',
    'Time of a commit until it is durable, waiting for a full disk included',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  )
  return {
    add(counts) {
      events.inc(counts.events)
      bytes.inc(counts.bytes)
      absorbed.inc(counts.absorbed)
      for (const { door, step, reason, records } of counts.deadLetters) {
        if (reasons.size < MAX_REASONS) reasons.add(reason)
        letters.inc({ door, step, reason: reasons.has(reason) ? reason : 'other' }, records)
      }
      replayed.inc(counts.replayed)
      for (const [step, rows] of counts.dropped) dropped.inc({ step }, rows)
      json.inc({ read: 'shaped' }, counts.jsonShaped)
      json.inc({ read: 'plain' }, counts.jsonPlain)
      shownEvents.inc(counts.shownEvents)
      for (const millis of counts.showMillis) showSeconds.observe(millis / 1000)
      for (const millis of counts.commitMillis) commitSeconds.observe(millis / 1000)
    },
    tailSkipped: (count) => tailSkipped.inc(count),
  }
}

/** Reasons that get a label of their own: they can hold what a client has sent. */
const MAX_REASONS = 100

/** Of one partition; lags in milliseconds. */
export interface PartitionFigures {
  readonly partition: number
  readonly visibleLag: number
  readonly committedLag: number
}

/** Figures that are looked at when somebody asks. */
export function indexerGauges(
  register: Registry,
  now: {
    readonly lagMillis: () => number
    readonly commitLagMillis: () => number
    readonly partitions: () => readonly PartitionFigures[]
    /** Of each worker, in their order. */
    readonly workerLags: () => readonly number[]
    readonly unseenBytes: () => number
    readonly pendingBytes: () => number
    readonly tails: () => number
    readonly liveSegments: () => number
    readonly segments: () => number
    readonly stored: () => number
    /** Kept, and gone because of their limits since the store began. */
    readonly deadLetters: () => { readonly count: number; readonly bytes: number; readonly dropped: number }
    readonly mergeDebt: () => { readonly segments: number; readonly bytes: number }
  },
): void {
  const gauge = gaugesOf(register, 'heartwood_')
  gauge(
    'indexer_lag_ms',
    'Age of the oldest batch that is read and not searchable yet, 0 without one',
    now.lagMillis,
  )
  gauge(
    'indexer_commit_lag_ms',
    'Age of the oldest batch that is read and not committed yet, 0 without one',
    now.commitLagMillis,
  )
  gauge('indexer_unseen_bytes', 'Inflated bytes of the batches read and not searchable yet', now.unseenBytes)
  gauge('indexer_pending_bytes', 'Inflated bytes of the batches read and not committed yet', now.pendingBytes)
  gauge('indexer_tails', 'Live tails open', now.tails)
  gauge(
    'indexer_live_segments',
    'Segments of events that are searchable and not committed yet',
    now.liveSegments,
  )
  gauge('indexer_segments', 'Segments of the store', now.segments)
  gauge('indexer_stored_events', 'Events in the store', now.stored)
  gauge('dead_letters', 'Dead letters that are kept', () => now.deadLetters().count)
  gauge('dead_letters_bytes', 'Bytes of the dead letters that are kept', () => now.deadLetters().bytes)
  gauge(
    'dead_letters_dropped',
    'Dead letters that went because there were too many or they were too old, since the store began',
    () => now.deadLetters().dropped,
  )
  gauge('merge_debt_segments', 'Segments that wait to be merged', () => now.mergeDebt().segments)
  gauge('merge_debt_bytes', 'Bytes of the segments that wait to be merged', () => now.mergeDebt().bytes)
  new Gauge({
    name: 'heartwood_indexer_partition_lag_ms',
    help: 'Age of the oldest batch of a partition that is read and not searchable (visible), or not committed, yet',
    labelNames: ['partition', 'until'],
    registers: [register],
    collect() {
      for (const { partition, visibleLag, committedLag } of now.partitions()) {
        this.set({ partition, until: 'visible' }, visibleLag)
        this.set({ partition, until: 'committed' }, committedLag)
      }
    },
  })
  new Gauge({
    name: 'heartwood_indexer_thread_lag_ms',
    help: 'The same as lag_ms, by the thread whose partition it is',
    labelNames: ['thread'],
    registers: [register],
    collect() {
      for (const [thread, lag] of now.workerLags().entries()) this.set({ thread }, lag)
    },
  })
}
