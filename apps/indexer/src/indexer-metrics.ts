import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What the indexer tells about itself; names begin with `heartwood_indexer_`, those of the store with `heartwood_`. */
export interface IndexerMetrics {
  readonly events: Counter
  readonly bytes: Counter
  readonly absorbed: Counter
  readonly deadLetters: Counter<'step'>
  readonly dropped: Counter<'step'>
  readonly jsonRecords: Counter<'read'>
  readonly tailSkipped: Counter
  readonly commitSeconds: Histogram
}

export function indexerMetrics(register: Registry): IndexerMetrics {
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `heartwood_indexer_${name}`, help, labelNames, registers: [register] })
  return {
    events: counter('events_total', 'Events made searchable'),
    bytes: counter('bytes_total', 'Inflated bytes of the bodies made searchable'),
    absorbed: counter('absorbed_batches_total', 'Batches that had been indexed before, by their id'),
    deadLetters: counter('dead_letters_total', 'Records put aside, by the step that could not take them', [
      'step',
    ]),
    dropped: counter('dropped_total', 'Events dropped on purpose, by pipeline step', ['step']),
    jsonRecords: counter(
      'json_records_total',
      'JSON records read by the shape of one before (shaped) or parsed in full (plain), which takes longer',
      ['read'],
    ),
    tailSkipped: counter('tail_skipped_total', 'Matching events that slow tails were not shown'),
    commitSeconds: new Histogram({
      name: 'heartwood_indexer_commit_seconds',
      help: 'Time of a commit until it is durable, waiting for a full disk included',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers: [register],
    }),
  }
}

/** Figures that are looked at when somebody asks. */
export function indexerGauges(
  register: Registry,
  now: {
    readonly lagMillis: () => number
    readonly pendingBytes: () => number
    readonly tails: () => number
    readonly segments: () => number
    readonly stored: () => number
    readonly mergeDebt: () => { readonly segments: number; readonly bytes: number }
  },
): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `heartwood_${name}`,
      help,
      registers: [register],
      collect() {
        this.set(value())
      },
    })
  gauge(
    'indexer_lag_ms',
    'Age of the oldest batch that is read and not committed yet, 0 without one',
    now.lagMillis,
  )
  gauge('indexer_pending_bytes', 'Inflated bytes of the batches read and not committed yet', now.pendingBytes)
  gauge('indexer_tails', 'Live tails open', now.tails)
  gauge('indexer_segments', 'Segments of the store', now.segments)
  gauge('indexer_stored_events', 'Events in the store', now.stored)
  gauge('merge_debt_segments', 'Segments that wait to be merged', () => now.mergeDebt().segments)
  gauge('merge_debt_bytes', 'Bytes of the segments that wait to be merged', () => now.mergeDebt().bytes)
}
