import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Sent } from './load.ts'

const Page = z.object({
  total: z.number(),
  total_relation: z.enum(['eq', 'gte']),
  next_cursor: z.string().nullable(),
  logs: z.array(z.object({ id: z.string(), attributes: z.object({ serial: z.number() }) })),
})

export interface Verdict {
  readonly acknowledged: number
  /** Acknowledged serials that are not found. */
  readonly lost: readonly number[]
  /** Serials found more than once. */
  readonly doubled: readonly number[]
  /** Serials of refused requests that are found. */
  readonly ghosts: readonly number[]
}

const DRAIN_MILLIS = 60_000

/** Asks /search for every serial of a round until all acknowledged ones are there (or time is up), then judges. */
export async function verifyRound(
  webUrl: () => string,
  run: string,
  round: number,
  sent: readonly Sent[],
  tolerated: number,
): Promise<Verdict> {
  const expected = sent.filter((one) => one.outcome === 'acknowledged').flatMap((one) => one.serials)
  const deadline = Date.now() + DRAIN_MILLIS
  for (;;) {
    const found = await foundSerials(webUrl(), `fault_run:${run} fault_round:${round}`).catch(() => undefined)
    if (found !== undefined) {
      const verdict = judge(sent, expected, found)
      if (verdict.lost.length <= tolerated || Date.now() > deadline) return verdict
    } else if (Date.now() > deadline) throw new Error(`search did not answer for ${DRAIN_MILLIS / 1000} s`)
    await delay(100)
  }
}

function judge(
  sent: readonly Sent[],
  expected: readonly number[],
  found: ReadonlyMap<number, number>,
): Verdict {
  return {
    acknowledged: expected.length,
    lost: expected.filter((serial) => !found.has(serial)),
    doubled: [...found].filter(([, times]) => times > 1).map(([serial]) => serial),
    ghosts: sent
      .filter((one) => one.outcome === 'refused')
      .flatMap((one) => one.serials.filter((serial) => found.has(serial))),
  }
}

/** How often each serial is found, walking all pages; the exact total must agree with the pages. */
async function foundSerials(webUrl: string, query: string): Promise<Map<number, number>> {
  const found = new Map<number, number>()
  let cursor: string | null = null
  let total = 0
  let rows = 0
  do {
    const parameters = new URLSearchParams({
      query,
      from_time: 'now-2h',
      to_time: 'now+1h',
      limit: '10000',
      ...(cursor !== null && { cursor }),
    })
    const response = await fetch(`${webUrl}/api/v1/search?${parameters}`, {
      signal: AbortSignal.timeout(30_000),
    })
    if (!response.ok) throw new Error(`search answered ${response.status}: ${await response.text()}`)
    const page: z.infer<typeof Page> = Page.parse(await response.json())
    for (const log of page.logs) found.set(log.attributes.serial, (found.get(log.attributes.serial) ?? 0) + 1)
    rows += page.logs.length
    total = page.total
    cursor = page.next_cursor
  } while (cursor !== null)
  if (total < rows) throw new Error(`total says ${total}, the pages hold ${rows}`)
  return found
}

const DeadLetters = z.object({ total: z.number() })

export async function deadLetterCount(webUrl: string): Promise<number> {
  const response = await fetch(`${webUrl}/api/v1/dead-letters?limit=1`, {
    signal: AbortSignal.timeout(10_000),
  })
  return DeadLetters.parse(await response.json()).total
}
