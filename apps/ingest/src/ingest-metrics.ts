import type { QueuePublisher } from '@heartwood/queue'
import { gaugesOf } from '@heartwood/runtime'
import { Counter, Histogram, type Registry } from 'prom-client'

/** What ingest tells about itself; all names begin with `heartwood_ingest_`. */
export interface IngestMetrics {
  readonly requests: Counter<'route' | 'status'>
  readonly events: Counter<'door'>
  readonly rejected: Counter<'door' | 'reason'>
  readonly receivedBytes: Counter<'door'>
  readonly inflatedBytes: Counter<'door'>
  readonly publishSeconds: Histogram
}

export function ingestMetrics(
  register: Registry,
  now: { readonly bufferedBytes: () => number; readonly backlog: QueuePublisher['backlog'] },
): IngestMetrics {
  const gauge = gaugesOf(register, 'heartwood_ingest_')
  gauge('buffered_bytes', 'Bytes of request bodies in memory', now.bufferedBytes)
  gauge('backlog_bytes', 'Bytes in the queue that are not indexed yet', () => now.backlog().bytes)
  gauge('backlog_limit_bytes', 'Bytes that the queue takes at most', () => now.backlog().limit)
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `heartwood_ingest_${name}`, help, labelNames, registers: [register] })
  return {
    requests: counter('requests_total', 'Requests by route and status', ['route', 'status']),
    events: counter('events_total', 'Events acknowledged', ['door']),
    rejected: counter('rejected_total', 'Records refused in the answer', ['door', 'reason']),
    receivedBytes: counter('received_bytes_total', 'Bytes of acknowledged bodies as received', ['door']),
    inflatedBytes: counter('inflated_bytes_total', 'Bytes of acknowledged bodies after inflating', ['door']),
    publishSeconds: new Histogram({
      name: 'heartwood_ingest_publish_seconds',
      help: 'Time until a batch is durable in the queue',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [register],
    }),
  }
}
