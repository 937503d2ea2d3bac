import type { CountProgress, CountRequest } from '../port.ts'
import { askParts, type TieredStore } from './ask-parts.ts'
import type { Part } from './coverage.ts'
import { PartProgress } from './part-reads.ts'

/** The counts of the parts together. */
export async function countParts(
  store: TieredStore,
  { onProgress, ...request }: CountRequest,
): Promise<number> {
  const progress = new PartProgress()
  const matched = new Map<Part, number>()
  let last: CountProgress | undefined
  const tell = (part: Part, latest: CountProgress) => {
    matched.set(part, latest.matched)
    last = { ...progress.progress(part, latest), matched: sumOf(matched.values()) }
    onProgress?.(last)
  }
  const counts = await askParts(store, request, (reader, asked, part) =>
    reader.count({ ...asked, ...(onProgress && { onProgress: (latest) => tell(part, latest) }) }),
  )
  const count = sumOf(counts)
  if (last !== undefined && last.matched !== count) onProgress?.({ ...last, matched: count })
  return count
}

function sumOf(counts: Iterable<number>): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}
