import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { LogReader } from '../port.ts'
import { connectElasticsearch, type ElasticsearchAddress } from './connection.ts'
import { indexNames } from './names.ts'
import { ElasticsearchReader } from './reader.ts'

export interface ElasticsearchReaderOptions {
  readonly address: ElasticsearchAddress
  /** What names of indices begin with, as writers have it. */
  readonly prefix: string
  readonly now?: () => Nanos
}

/** A reader of the store in an Elasticsearch. It is there at once; each question says when Elasticsearch is not. */
export function openElasticsearchReader({ address, prefix, now }: ElasticsearchReaderOptions): LogReader {
  const connection = connectElasticsearch(address)
  return new ElasticsearchReader(
    connection,
    indexNames(prefix),
    now ?? (() => BigInt(Date.now()) * NANOS_PER_MILLI),
  )
}
