import { NANOS_PER_DAY, NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { IdempotentWriter } from '../port.ts'
import { connectElasticsearch, type ElasticsearchAddress } from './connection.ts'
import { type IndexPeriod, indexNames } from './names.ts'
import { BULK_LIMITS, type BulkLimits, type BulkObserver } from './write/bulk-sender.ts'
import { ElasticsearchWriter } from './writer.ts'

export interface ElasticsearchWriterOptions {
  readonly address: ElasticsearchAddress
  /** What names of indices begin with. */
  readonly prefix: string
  /** How much time the events of one index are of: a day where it is not said. One store has one. */
  readonly period?: IndexPeriod
  /** Of each index that is made from now on. */
  readonly shards: number
  readonly replicas: number
  readonly retentionDays: number
  /** What the queue keeps a message for: receipts and deletes are known for a day more, and for 8 days at least. */
  readonly queueRetentionHours?: number
  readonly keepDeadLetters?: number
  readonly keepDeadLetterBytes?: number
  readonly now?: () => Nanos
  readonly random?: () => number
  readonly limits?: BulkLimits
  readonly observer?: BulkObserver
}

/**
 * A writer of the store in an Elasticsearch; any number of them write at once. It is there at once, also while
 * Elasticsearch is not: what is written waits.
 */
export function openElasticsearchWriter(options: ElasticsearchWriterOptions): IdempotentWriter {
  const connection = connectElasticsearch(options.address)
  return new ElasticsearchWriter(connection, {
    names: indexNames(options.prefix),
    period: options.period ?? 'day',
    shards: options.shards,
    replicas: options.replicas,
    retentionDays: options.retentionDays,
    queueAge: queueAge(options.queueRetentionHours ?? 0),
    keep: {
      letters: options.keepDeadLetters ?? Number.POSITIVE_INFINITY,
      bytes: options.keepDeadLetterBytes ?? Number.POSITIVE_INFINITY,
    },
    now: options.now ?? (() => BigInt(Date.now()) * NANOS_PER_MILLI),
    random: options.random ?? Math.random,
    limits: options.limits ?? BULK_LIMITS,
    observer: options.observer ?? { answered: () => {}, again: () => {} },
  })
}

/** An owner's topic may keep messages longer than the setting says: hence so long at least. */
function queueAge(hours: number): Nanos {
  const days = Math.max(8, Math.ceil(hours / 24) + 1)
  return BigInt(days) * NANOS_PER_DAY
}
