import { z } from 'zod'

const Hits = z.object({ hits: z.object({ hits: z.array(z.object({ _id: z.string() })) }) })
const Count = z.object({ count: z.number() })

/** What is in the indices of a prefix, as Elasticsearch itself says: its count, and the ids that a search finds, sorted. */
export async function storedIds(address: string, prefix: string): Promise<{ count: number; ids: string[] }> {
  await fetch(`${address}/${prefix}*/_refresh`, { method: 'POST' })
  const counted = await fetch(`${address}/${prefix}*/_count`)
  const found = await fetch(`${address}/${prefix}*/_search?size=10000&_source=false`)
  return {
    count: Count.parse(await counted.json()).count,
    ids: Hits.parse(await found.json())
      .hits.hits.map(({ _id }) => _id)
      .sort(),
  }
}
