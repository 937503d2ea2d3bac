import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'

const Counted = z.object({ count: z.number().int() })
/** An index that has just been made cannot be searched at once. */
const READY_MILLIS = 60_000

/**
 * Elasticsearch's own `_count` of the documents that a search finds now; 0 where there is no such index.
 * @param index a name or a pattern
 */
export async function elasticsearchCount(url: string, index: string): Promise<number> {
  const deadline = performance.now() + READY_MILLIS
  for (;;) {
    const answer = await fetch(`${url}/${index}/_count?ignore_unavailable=true`)
    const text = await answer.text()
    if (answer.ok) return Counted.parse(JSON.parse(text)).count
    if (answer.status !== 503 || performance.now() > deadline)
      throw new Error(`_count of ${index} answered ${answer.status}: ${text}`)
    await pause(100)
  }
}

/** The same after a refresh: of all that is written. */
export async function elasticsearchCountOfAll(url: string, index: string): Promise<number> {
  const answer = await fetch(`${url}/${index}/_refresh?ignore_unavailable=true`, { method: 'POST' })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`a refresh of ${index} answered ${answer.status}: ${text}`)
  return elasticsearchCount(url, index)
}
