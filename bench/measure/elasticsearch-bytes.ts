import { z } from 'zod'

const Stats = z.object({
  _all: z.object({ primaries: z.object({ store: z.object({ size_in_bytes: z.number() }) }) }),
})
const MERGE_MILLIS = 600_000

/**
 * What one copy of the documents of an index takes on Elasticsearch's disk, when it is merged as far as it goes.
 * @param index a name or a pattern
 */
export async function elasticsearchBytes(url: string, index: string): Promise<number> {
  const ask = async (path: string, method: 'GET' | 'POST') => {
    const signal = AbortSignal.timeout(MERGE_MILLIS)
    const answer = await fetch(`${url}/${index}/${path}`, { method, signal })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} of ${index} answered ${answer.status}: ${text}`)
    return text
  }
  await ask('_forcemerge?max_num_segments=1', 'POST')
  await ask('_refresh', 'POST')
  return Stats.parse(JSON.parse(await ask('_stats/store', 'GET')))._all.primaries.store.size_in_bytes
}
