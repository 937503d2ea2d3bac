import { randomUUID } from 'node:crypto'
import type { SharedStoreUnderTest } from '../../src/contract/writing-again.ts'
import { appendingTo, type StoreSettings, type StoreUnderTest } from '../../src/contract.ts'
import {
  type ElasticsearchWriterOptions,
  openElasticsearchReader,
  openElasticsearchWriter,
} from '../../src/elasticsearch/index.ts'
import { BULK_LIMITS } from '../../src/elasticsearch/write/bulk-sender.ts'
import type { IdempotentWriter } from '../../src/index.ts'

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

export async function sharedStore(url: string, settings: StoreSettings): Promise<SharedStoreUnderTest> {
  const indices = newIndices(url)
  const reader = indices.openReader()
  const writers: IdempotentWriter[] = []
  return {
    reader,
    async openWriter() {
      const writer = indices.openWriter(settings)
      writers.push(writer)
      return writer
    },
    async [Symbol.asyncDispose]() {
      for (const writer of writers) await writer.close()
      await reader.close()
      await indices.remove()
    },
  }
}

export async function oneStore(
  url: string,
  settings: StoreSettings,
): Promise<StoreUnderTest & { readonly prefix: string }> {
  const indices = newIndices(url)
  const positions = new Map<number, bigint>()
  const open = () => ({ writer: indices.openWriter(settings), reader: indices.openReader() })
  let opened = open()
  const close = async () => {
    await opened.reader.close()
    await opened.writer.close()
  }
  return {
    prefix: indices.prefix,
    get writer() {
      return appendingTo(opened.writer, positions)
    },
    get reader() {
      return opened.reader
    },
    async reopen() {
      await close()
      opened = open()
    },
    async [Symbol.asyncDispose]() {
      await close()
      await indices.remove()
    },
  }
}
