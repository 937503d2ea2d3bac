import { randomUUID } from 'node:crypto'
import type { SharedStoreUnderTest, StoreSettings, StoreUnderTest } from '../../src/contract.ts'
import {
  type ElasticsearchWriterOptions,
  openElasticsearchReader,
  openElasticsearchWriter,
} from '../../src/elasticsearch/index.ts'
import { BULK_LIMITS } from '../../src/elasticsearch/write/bulk-sender.ts'
import { reopeningBehindAQueue, writtenBySeveral } from '../stores/reopening.ts'

type WriterSettings = Pick<StoreSettings, 'retentionDays'> &
  Pick<ElasticsearchWriterOptions, 'queueRetentionHours' | 'period'>

/** Indices of their own in an Elasticsearch, which go with them. */
export function newIndices(url: string) {
  const prefix = `t${randomUUID().slice(0, 12)}-`
  const address = { nodes: [url] }
  return {
    prefix,
    /** @param node that is asked, where it is another than the server: a proxy */
    openWriter: ({ retentionDays, queueRetentionHours = 24, period = 'day' }: WriterSettings, node = url) =>
      openElasticsearchWriter({
        address: { nodes: [node] },
        prefix,
        shards: 1,
        replicas: 0,
        retentionDays,
        queueRetentionHours,
        period,
        limits: { ...BULK_LIMITS, backoff: { first: 5, most: 200 } },
      }),
    openReader: () => openElasticsearchReader({ address, prefix }),
    async remove() {
      const indices = ['batches', 'dead-letters', 'deletes'].map((name) => `heartwood-${prefix}${name}`)
      const all = [`${prefix}*`, ...indices].join(',')
      await fetch(`${url}/${all}?ignore_unavailable=true&expand_wildcards=all`, { method: 'DELETE' })
      await fetch(`${url}/_index_template/*${prefix}*`, { method: 'DELETE' })
    },
  }
}

export type Indices = ReturnType<typeof newIndices>

export function sharedStore(indices: Indices, settings: StoreSettings): SharedStoreUnderTest {
  const openWriter = () => indices.openWriter(settings)
  return writtenBySeveral({ reader: indices.openReader(), openWriter }, indices.remove)
}

export function oneStore(indices: Indices, settings: StoreSettings): Promise<StoreUnderTest> {
  const open = () => ({ writer: indices.openWriter(settings), reader: indices.openReader() })
  return reopeningBehindAQueue(open, indices.remove)
}
