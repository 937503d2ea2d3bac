import { z } from 'zod'
import type { Range } from '../expected/ledger.ts'
import { monotonicMicros } from '../measure/clock.ts'
import { getText } from '../measure/get-text.ts'
import type { Asked, Instance } from './question.ts'
import { isoFromMicros } from './ranges.ts'

const Told = z.object({
  took_ms: z.number(),
  read: z.object({ rows: z.number(), bytes: z.number(), segments: z.number() }).optional(),
})

/** Asks by way of the page's server, as a browser would. Throws where the answer is not 200. */
export async function ask(webUrl: string, instance: Instance, range: Range): Promise<Asked> {
  const parameters = new URLSearchParams({
    ...instance.parameters,
    from_time: isoFromMicros(range.from),
    to_time: isoFromMicros(range.to),
  })
  const url = `${webUrl}/api/v1/${instance.path}?${parameters}`
  const at = monotonicMicros()
  const begun = performance.now()
  const { ok, status, text } = await getText(url)
  const millis = performance.now() - begun
  if (!ok) throw new Error(`${instance.path}?${parameters} answered ${status}: ${text}`)
  const answer: unknown = JSON.parse(text)
  const { took_ms, read } = Told.parse(answer)
  return { instance, range, at, millis, tookMillis: took_ms, read, answer }
}
