import type { ArchiveObserver } from '@heartwood/log-store/cold'
import { gaugesOf, partitionLagGauge } from '@heartwood/runtime'
import { Counter, Histogram, type Registry } from 'prom-client'

export interface ArchiverMetrics extends ArchiveObserver {
  absorbed(batches: number): void
  moved(): void
}

/** What an archiver has done. */
export function archiverMetrics(register: Registry): ArchiverMetrics {
  const counter = (name: string, help: string) =>
    new Counter({ name: `heartwood_archiver_${name}`, help, registers: [register] })
  const events = counter('events_total', 'Events that were archived')
  const bytes = counter('bytes_total', 'Bytes of the files that were archived, indexes included')
  const segments = counter('segments_total', 'Files that were archived')
  const commits = counter('commits_total', 'Commits of archived events to the manifest of the archive')
  const absorbed = counter('absorbed_batches_total', 'Batches that were archived before and came again')
  const moved = counter(
    'moved_total',
    'Times that another archiver had partitions of this one, which read them again',
  )
  const seconds = new Histogram({
    name: 'heartwood_archiver_upload_seconds',
    help: 'Time to upload the files of a commit',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers: [register],
  })
  return {
    archived(count, size, files) {
      events.inc(count)
      bytes.inc(size)
      segments.inc(files)
      commits.inc()
    },
    uploaded: (millis) => seconds.observe(millis / 1000),
    absorbed: (batches) => absorbed.inc(batches),
    moved: () => moved.inc(),
  }
}

/** Figures that are looked at when somebody asks. */
export function archiverGauges(
  register: Registry,
  now: {
    readonly lag: () => Promise<ReadonlyMap<number, bigint>>
    readonly partitions: () => number
    readonly waitingBytes: () => number
    readonly waitingEvents: () => number
    readonly unarchivedMillis: () => number
    readonly lostRaces: () => number
  },
): void {
  const gauge = gaugesOf(register, 'heartwood_archiver_')
  gauge('partitions', 'Partitions of the queue that are read here', now.partitions)
  gauge('waiting_bytes', 'Bytes of files that wait to be archived', now.waitingBytes)
  gauge('waiting_events', 'Events that are read and wait to be archived', now.waitingEvents)
  gauge(
    'unarchived_ms',
    'Age of the oldest batch that is read and not archived, 0 without one',
    now.unarchivedMillis,
  )
  gauge('lost_races', 'Entries of the manifest that another archiver made first', now.lostRaces)
  partitionLagGauge(
    register,
    {
      name: 'heartwood_archiver_partition_lag_records',
      help: 'Records of a partition read here that are not archived yet',
    },
    now.lag,
  )
}
