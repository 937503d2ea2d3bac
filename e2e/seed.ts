import { expect } from '@playwright/test'
import { z } from 'zod'

export interface Line {
  readonly level: string
  readonly service: string
  readonly message: string
  readonly [field: string]: unknown
}

const Accepted = z.object({ batch_id: z.string() })
const Batch = z.object({ state: z.enum(['queued', 'searchable']) })

/** Sends lines as a program would and waits until they can be found. */
export async function send(
  urls: { ingestUrl: string; webUrl: string },
  lines: readonly Line[],
): Promise<void> {
  const answer = await fetch(`${urls.ingestUrl}/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  })
  expect(answer.status, await answer.clone().text()).toBeLessThan(300)
  const { batch_id } = Accepted.parse(await answer.json())
  await expect
    .poll(async () => {
      const batch = await fetch(`${urls.webUrl}/api/v1/batches/${encodeURIComponent(batch_id)}`)
      return batch.ok ? Batch.parse(await batch.json()).state : batch.status
    })
    .toBe('searchable')
}

export const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
/** Shown as text, or the page is broken. */
export const NASTY = '<script>document.title="owned"</script> \u001b[31mred\u001b[0m \u202egnp.exe'

/** The logs the stories look at: half an hour of a shop, relative to now, with one bad moment. */
export async function seed(urls: { ingestUrl: string; webUrl: string }): Promise<void> {
  const now = Date.now()
  const at = (secondsAgo: number) => new Date(now - secondsAgo * 1_000).toISOString()
  const services = ['checkout', 'payments', 'gateway', 'inventory']
  const calm = Array.from({ length: 600 }, (_, i): Line => {
    const service = services[i % services.length] ?? 'checkout'
    return {
      '@timestamp': at(30 + i * 3),
      level: i % 10 === 0 ? 'debug' : 'info',
      service,
      message: `GET /api/items/${i} answered in ${5 + (i % 40)} ms`,
      'http.status': i % 50 === 0 ? 404 : 200,
    }
  })
  const bad = Array.from(
    { length: 40 },
    (_, i): Line => ({
      '@timestamp': at(600 + i),
      level: 'error',
      service: 'payments',
      message: `payment failed: card declined for order ${i}`,
      'http.status': 502,
      'user.id': `u-${i % 4}`,
    }),
  )
  const trace = ['gateway', 'checkout', 'payments'].map(
    (service, i): Line => ({
      '@timestamp': at(900 - i),
      level: 'warn',
      service,
      message: `slow step ${i} of one purchase`,
      trace_id: TRACE,
      span_id: `00f067aa0ba902b${i}`,
    }),
  )
  const nasty: Line = { '@timestamp': at(300), level: 'warn', service: '<b>bold</b>', message: NASTY }
  const yesterday: Line = {
    '@timestamp': at(26 * 3_600),
    level: 'fatal',
    service: 'inventory',
    message: 'disk quota exceeded on shelf seven',
  }
  await send(urls, [...calm, ...bad, ...trace, nasty, yesterday])
}
