import type { AcceptedJson, ProcessAcceptedJson, SystemOutput } from '@heartwood/api'
import { isoFromNanos, type Nanos } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import type { AppReport } from '@heartwood/runtime'
import { type AskedApp, askApps } from './ask-apps.ts'
import { figuresBy, knownSumOf, largestOf, sumOf } from './figures.ts'

export interface SystemSources {
  readonly reader: LogReader
  readonly version: string
  readonly apps: () => readonly AskedApp[]
  readonly supervisorBytes: () => Promise<number | null>
  readonly postgresBytes: () => Promise<number | null>
  /** Of the disk with the data folder. */
  readonly disk: () => Promise<{ readonly bytes: number; readonly freeBytes: number } | undefined>
  readonly limits: {
    readonly retentionDays: number
    /** Where there is an archive. */
    readonly hotDays: number | null
    readonly maxBytes: number | null
  }
  readonly tails: () => number
  readonly questions: () => number
  readonly now: () => Nanos
}

/** Requests that nothing was kept of, through no fault of the sender. */
const REFUSED = ['429', '503', '507']

/** How the installation does, from what each app says of itself and what the store says. */
export async function systemState(sources: SystemSources, signal: AbortSignal): Promise<SystemOutput> {
  const { reader, limits } = sources
  const [answers, supervisor, postgres, disk] = await Promise.all([
    askApps(sources.apps(), signal),
    sources.supervisorBytes(),
    sources.postgresBytes(),
    sources.disk(),
    reader.refresh(),
  ])
  const reportsOf = (app: AskedApp['app']) =>
    answers.flatMap(({ state, report }) => (state.app === app && report !== undefined ? [report] : []))
  const ingest = reportsOf('ingest')
  const accepting = answers.flatMap(({ state, report }) =>
    state.app === 'ingest' && report !== undefined ? [acceptedByProcess(state.instance, report)] : [],
  )
  const indexer = reportsOf('indexer')
  const { events, shown, bytes, segments, deadLetters } = await reader.stats()
  return {
    version: sources.version,
    at: isoFromNanos(sources.now()),
    apps: answers.map(({ state }) => state),
    supervisor_bytes: supervisor,
    postgres_bytes: postgres,
    accepted: acceptedBy(ingest, accepting),
    queue: {
      bytes: sumOf(ingest, 'ingest_backlog_bytes'),
      limit_bytes: sumOf(ingest, 'ingest_backlog_limit_bytes'),
      records: knownSumOf(indexer, 'indexer_partition_lag_records'),
      age_ms: largestOf(indexer, 'indexer_commit_lag_ms'),
      not_searchable_bytes: sumOf(indexer, 'indexer_unseen_bytes'),
      searchable_delay_ms: largestOf(indexer, 'indexer_lag_ms'),
    },
    store: {
      events,
      shown,
      bytes,
      segments,
      merge_debt: mergeDebt(indexer),
      dead_letters: deadLetters.count,
    },
    limits: {
      retention_days: limits.retentionDays,
      hot_days: limits.hotDays,
      max_bytes: limits.maxBytes,
      disk_bytes: disk?.bytes ?? null,
      disk_free_bytes: disk?.freeBytes ?? null,
    },
    tails: sources.tails(),
    questions: sources.questions(),
  }
}

function acceptedByProcess(instance: string | null, report: AppReport): ProcessAcceptedJson {
  return {
    instance,
    since: new Date(report.started_at).toISOString(),
    events: sumOf([report], 'ingest_events_total') ?? 0,
    bytes: sumOf([report], 'ingest_inflated_bytes_total') ?? 0,
  }
}

function acceptedBy(
  ingest: readonly AppReport[],
  processes: readonly ProcessAcceptedJson[],
): AcceptedJson | null {
  if (ingest.length === 0) return null
  return {
    since: new Date(Math.max(...ingest.map(({ started_at }) => started_at))).toISOString(),
    processes: [...processes],
    events: sumOf(ingest, 'ingest_events_total') ?? 0,
    bytes: sumOf(ingest, 'ingest_inflated_bytes_total') ?? 0,
    received_bytes: sumOf(ingest, 'ingest_received_bytes_total') ?? 0,
    rejected_records: sumOf(ingest, 'ingest_rejected_total') ?? 0,
    refused_requests: [...figuresBy(ingest, 'ingest_requests_total', 'status')]
      .filter(([status]) => REFUSED.includes(status))
      .map(([status, requests]) => ({ status, requests })),
  }
}

function mergeDebt(indexer: readonly AppReport[]): { segments: number; bytes: number } | null {
  const segments = sumOf(indexer, 'merge_debt_segments')
  const bytes = sumOf(indexer, 'merge_debt_bytes')
  return segments === null || bytes === null ? null : { segments, bytes }
}
