import type { SystemOutput } from '@heartwood/api'
import { bytesText } from '../../../ui/bytes-text.ts'
import { spanText } from '../../../ui/span-text.ts'
import { type Reading, recentRate } from './readings.ts'

/** What a card says. */
export interface CardText {
  readonly tone: 'calm' | 'warning' | 'error'
  readonly value: string
  readonly notes: readonly string[]
}

/** A rate is over so long, so that a sender of one batch a few seconds is not seen as a row of stops. */
export const RATE_MILLIS = 10_000
/** Above it people notice. */
const LATE_MILLIS = 5_000
const VERY_LATE_MILLIS = 60_000
/** A queue this full soon tells senders to wait. */
const NEARLY_FULL = 0.8

const UNKNOWN = 'not known'

export function comingIn(readings: readonly Reading[], { accepted }: SystemOutput): CardText {
  if (accepted === null) return { tone: 'error', value: UNKNOWN, notes: ['ingest does not answer'] }
  const events = recentRate(readings, 'events', RATE_MILLIS)
  const bytes = recentRate(readings, 'bytes', RATE_MILLIS)
  const refused = accepted.refused_requests.reduce((sum, { requests }) => sum + requests, 0)
  return {
    tone: 'calm',
    value: events === undefined ? 'measuring…' : `${rateText(events)} events/s`,
    notes: [
      bytes === undefined
        ? '\u00a0'
        : `${bytesText(bytes)}/s, ${countText(accepted.events)} since ingest started`,
      [
        ...(accepted.rejected_records > 0 ? [`${countText(accepted.rejected_records)} records refused`] : []),
        ...(refused > 0 ? [`${countText(refused)} requests told to wait`] : []),
      ].join(', ') || 'nothing refused',
    ],
  }
}

export function waiting({ queue }: SystemOutput): CardText {
  const { bytes, limit_bytes, age_ms, records } = queue
  if (bytes === null) return { tone: 'error', value: UNKNOWN, notes: ['ingest does not answer'] }
  if (records !== null) return waitingInKafka(records, bytes)
  const share = limit_bytes === null || limit_bytes === 0 ? 0 : bytes / limit_bytes
  return {
    tone: share >= 1 ? 'error' : share >= NEARLY_FULL ? 'warning' : 'calm',
    value: bytes === 0 ? 'empty' : bytesText(bytes),
    notes: [
      limit_bytes === null
        ? '\u00a0'
        : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} % of ${bytesText(limit_bytes)}`,
      ageNote(bytes, age_ms),
    ],
  }
}

/** Ingest keeps on its own disk only what Kafka does not take. */
function waitingInKafka(records: number, spooled: number): CardText {
  return {
    tone: spooled > 0 ? 'warning' : 'calm',
    value: records === 0 ? 'empty' : `${countText(records)} ${records === 1 ? 'batch' : 'batches'}`,
    notes: [
      records === 0 ? 'what is in Kafka is stored' : 'in Kafka and not stored yet',
      spooled === 0 ? 'nothing waits for Kafka' : `${bytesText(spooled)} wait for Kafka on disks of ingest`,
    ],
  }
}

function ageNote(bytes: number, age: number | null): string {
  if (age === null) return 'the indexer does not answer'
  if (bytes === 0) return 'nothing is kept back'
  if (age === 0) return 'durable in the store; goes file by file'
  return `the oldest has been there for ${spanText(age)}`
}

export function searchableAfter({ queue }: SystemOutput): CardText {
  const { searchable_delay_ms: delay, not_searchable_bytes: bytes } = queue
  if (delay === null) return { tone: 'error', value: UNKNOWN, notes: ['the indexer does not answer'] }
  return {
    tone: delay > VERY_LATE_MILLIS ? 'error' : delay > LATE_MILLIS ? 'warning' : 'calm',
    value: delay === 0 ? 'at once' : spanText(delay),
    notes: [
      bytes === null || bytes === 0
        ? 'nothing waits to be searchable'
        : `${bytesText(bytes)} wait to be searchable`,
      'from accepted to found',
    ],
  }
}

/** @param bytesHere what of the store is not in an archive; undefined where that is not known yet */
export function stored({ store, limits }: SystemOutput, bytesHere: number | undefined): CardText {
  const share = storedShare(bytesHere, limits)
  const [files, here] = [store.segments === 1 ? 'file' : 'files', limits.hot_days === null ? '' : ' here']
  return {
    tone: 'calm',
    value: bytesText(store.bytes),
    notes: [
      share === undefined
        ? `goes after ${countText(limits.retention_days)} days`
        : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} % of ${bytesText(limits.max_bytes ?? 0)}${here}`,
      `${countText(store.events)} events in ${countText(store.segments)} ${files}`,
    ],
  }
}

/** Of what logs may take on the disk; undefined where they may take any, or what they take is not known. */
export function storedShare(
  bytesHere: number | undefined,
  { max_bytes }: Pick<SystemOutput['limits'], 'max_bytes'>,
): number | undefined {
  if (max_bytes === null || bytesHere === undefined) return undefined
  return max_bytes === 0 ? 0 : bytesHere / max_bytes
}

export function countText(count: number): string {
  return count.toLocaleString('en')
}

function rateText(rate: number): string {
  return rate > 0 && rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')
}
