import type { Minute } from './simulate.ts'

/** What an operator is told about a minute of a spike, and by what, beside the figures of `lagRecords`. */
export function whatIsSeen(
  { minute, refusedPerSecond, waiting, lost, lagMinutes }: Minute,
  { peakMinutes, kafkaMinutes }: { readonly peakMinutes: number; readonly kafkaMinutes: number },
): string[] {
  if (waiting === 0 && refusedPerSecond === 0) return ['searchable within seconds']
  return [
    ...(waiting > 0
      ? [
          minute <= peakMinutes
            ? 'indexers at their limit, more comes than they do'
            : 'indexers at their limit, catching up',
        ]
      : []),
    ...(refusedPerSecond > 0 ? ['heartwood_ingest_requests_total counts 429 and 503: senders wait'] : []),
    ...(lagMinutes > kafkaMinutes / 2
      ? ['more than half of what Kafka keeps waits: have Kafka keep the topic longer, now']
      : []),
    ...(lost > 0 ? ['Kafka has dropped events that were not searchable yet'] : []),
  ]
}

/** What `heartwood_indexer_partition_lag_records` sums up to: Kafka counts what a sender sent at once as one. */
export function lagRecords({ waiting }: Minute, eventsPerRequest: number): number {
  return Math.ceil(waiting / eventsPerRequest)
}
