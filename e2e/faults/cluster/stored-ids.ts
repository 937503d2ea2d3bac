import { Client } from '@elastic/elasticsearch'

/** The events in a store, as that itself tells them. */
export interface StoredIds extends AsyncDisposable {
  /** By its own count. */
  count(): Promise<number>
  /** How often each id is there. */
  ids(): Promise<Map<string, number>>
  /** The serials of the load's lines among these events. */
  serialsOf(ids: readonly string[]): Promise<number[]>
}

const PAGE = 10_000
const SERIAL = /"serial (\d+) of a run"/

/** Those in Elasticsearch, by its `_count` and by a walk in a point in time, without any of the product's code. */
export function storedIds(url: string, index: string): StoredIds {
  const client = new Client({ node: url, maxRetries: 10, requestTimeout: 60_000 })
  return {
    async count() {
      await client.indices.refresh({ index, ignore_unavailable: true })
      return (await client.count({ index, ignore_unavailable: true })).count
    },
    async ids() {
      await client.indices.refresh({ index, ignore_unavailable: true })
      const { id } = await client.openPointInTime({ index, keep_alive: '2m', ignore_unavailable: true })
      try {
        return await walk(client, id)
      } finally {
        await client.closePointInTime({ id })
      }
    },
    async serialsOf(ids) {
      const { hits } = await client.search<unknown>({
        index,
        query: { ids: { values: [...ids] } },
        size: PAGE,
      })
      return hits.hits.flatMap(({ _source }) => {
        const serial = SERIAL.exec(JSON.stringify(_source))?.[1]
        return serial === undefined ? [] : [Number(serial)]
      })
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}

async function walk(client: Client, pit: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  let after: (string | number | boolean | null)[] | undefined
  for (;;) {
    const { hits } = await client.search({
      pit: { id: pit, keep_alive: '2m' },
      size: PAGE,
      _source: false,
      sort: [{ _shard_doc: 'asc' }],
      track_total_hits: false,
      ...(after !== undefined && { search_after: after }),
    })
    for (const { _id } of hits.hits) {
      if (_id !== undefined) found.set(_id, (found.get(_id) ?? 0) + 1)
    }
    after = hits.hits.at(-1)?.sort
    if (hits.hits.length < PAGE || after === undefined) return found
  }
}
