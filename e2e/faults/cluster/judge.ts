import { eventId } from '@heartwood/event'
import type { Sent } from '../load.ts'
import type { StoredIds } from './stored-ids.ts'

/** What is wrong with what Elasticsearch or the archive holds, held against what was sent. */
export interface Judgement {
  readonly acknowledged: number
  readonly stored: number
  /** Ids of acknowledged lines that are not there. */
  readonly lost: readonly string[]
  /** Ids that are there more than once, and lines that are there under an id of their own besides. */
  readonly doubled: readonly string[]
  /** Lines that are there although they were refused. */
  readonly ghosts: readonly string[]
  /** Of its own count and the scan, where they differ. */
  readonly disagreement: string | undefined
}

/**
 * Every acknowledged line has exactly one id, which follows from the answer's batch id. What is there besides can only be
 * of requests whose answer never came, and then once.
 */
export async function judge(stored: StoredIds, sent: readonly Sent[]): Promise<Judgement> {
  const expected = new Set(
    sent.flatMap((one) => {
      const { batchId } = one
      return batchId === undefined ? [] : one.serials.map((_, index) => eventId(batchId, index))
    }),
  )
  const [count, found] = [await stored.count(), await stored.ids()]
  const others = [...found.keys()].filter((id) => !expected.has(id))
  const otherSerials = await serialsOf(stored, others)
  const unknown = new Set(sent.filter((one) => one.outcome === 'unknown').flatMap((one) => one.serials))
  const refused = new Set(sent.filter((one) => one.outcome === 'refused').flatMap((one) => one.serials))
  const seen = new Set<number>()
  const doubled = [...found].filter(([, times]) => times > 1).map(([id]) => id)
  for (const serial of otherSerials) {
    if (!refused.has(serial) && (!unknown.has(serial) || seen.has(serial))) doubled.push(`serial ${serial}`)
    seen.add(serial)
  }
  return {
    acknowledged: expected.size,
    stored: count,
    lost: [...expected].filter((id) => !found.has(id)),
    doubled,
    ghosts: otherSerials.filter((serial) => refused.has(serial)).map((serial) => `serial ${serial}`),
    disagreement: count === found.size ? undefined : `its count says ${count}, the scan finds ${found.size}`,
  }
}

async function serialsOf(stored: StoredIds, ids: readonly string[]): Promise<number[]> {
  const serials: number[] = []
  for (let from = 0; from < ids.length; from += 5_000)
    serials.push(...(await stored.serialsOf(ids.slice(from, from + 5_000))))
  if (serials.length !== ids.length)
    throw new Error(`${ids.length - serials.length} events are none of the load's, such as ${ids[0]}`)
  return serials
}
