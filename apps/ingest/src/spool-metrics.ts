import type { ProducerObserver } from '@heartwood/queue/kafka'
import type { SpoolState } from '@heartwood/queue/spool'
import { gaugesOf } from '@heartwood/runtime'
import { Counter, Histogram, type Registry } from 'prom-client'

export interface SpoolMetrics extends ProducerObserver {
  /** A record was kept here, since Kafka takes it at no time. */
  setAside(): void
  /** One of these was dropped for newer ones. */
  setAsideDropped(): void
}

/** What ingest tells about Kafka and its spool; gives the observer that counts. */
export function spoolMetrics(
  register: Registry,
  { spool: state, aside: asideBytes }: { readonly spool: () => SpoolState; readonly aside: () => number },
): SpoolMetrics {
  const gauge = gaugesOf(register, 'heartwood_ingest_')
  gauge('spool_bytes', 'Bytes in the spool that Kafka does not have yet', () => state().bytes)
  gauge('spool_limit_bytes', 'Bytes that the spool takes at most', () => state().limit)
  gauge(
    'set_aside_bytes',
    'Bytes of the bodies kept on this disk since Kafka takes them at no time',
    asideBytes,
  )
  gauge('kafka_away', 'Whether Kafka takes nothing at the moment', () =>
    state().trouble === undefined ? 0 : 1,
  )
  const seconds = new Histogram({
    name: 'heartwood_ingest_produce_seconds',
    help: 'Time until Kafka has acknowledged a produce request',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [register],
  })
  const failures = new Counter({
    name: 'heartwood_ingest_produce_failures_total',
    help: 'Produce requests that Kafka did not acknowledge',
    registers: [register],
  })
  const aside = new Counter({
    name: 'heartwood_ingest_set_aside_total',
    help: 'Acknowledged records whose body is kept on this disk, since it is more than the topic takes',
    registers: [register],
  })
  const dropped = new Counter({
    name: 'heartwood_ingest_set_aside_dropped_total',
    help: 'Bodies kept so that were dropped for newer ones, being more together than the spool may have',
    registers: [register],
  })
  return {
    produced: (taken) => seconds.observe(taken),
    failed: () => failures.inc(),
    setAside: () => aside.inc(),
    setAsideDropped: () => dropped.inc(),
  }
}
