import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { HotDays } from '../hot-days.ts'
import { connectElasticsearch, type ElasticsearchAddress } from './connection.ts'
import { ElasticsearchHotDays } from './write/hot-days.ts'

export interface ElasticsearchHotDaysOptions {
  readonly address: ElasticsearchAddress
  /** What names of indices begin with, as writers have it. */
  readonly prefix: string
  readonly now?: () => Nanos
}

/** The days of the store in an Elasticsearch. */
export function openElasticsearchHotDays({
  address,
  prefix,
  now = () => BigInt(Date.now()) * NANOS_PER_MILLI,
}: ElasticsearchHotDaysOptions): HotDays & { close(): Promise<void> } {
  const connection = connectElasticsearch(address)
  const closing = new AbortController()
  const parts = { connection, prefix, now, random: Math.random, signal: closing.signal }
  return Object.assign(new ElasticsearchHotDays(parts), {
    async close() {
      closing.abort()
      await connection.close()
    },
  })
}
