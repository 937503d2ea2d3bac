import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { AggregateOutput, SearchOutput } from '@heartwood/api'
import { type OnLoopback, onLoopback } from '../../../scripts/stack/on-loopback.ts'

export interface Delivery {
  readonly id: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: { readonly notice: string; readonly subject: string; readonly [key: string]: unknown }
}

/** A webhook that remembers what came, and answers as told. */
export interface WebhookReceiver extends OnLoopback {
  /** Everything that came, answered with 2xx or not. */
  readonly attempts: Delivery[]
  /** What was answered with 2xx. */
  readonly accepted: Delivery[]
  /** Status (and headers) of the next answers; the last one stays. */
  answers: { status: number; headers?: Record<string, string> }[]
  /** Nothing is answered before it resolves; what came by then counts as an attempt. */
  hold: Promise<void> | undefined
}

export async function webhookReceiver(): Promise<WebhookReceiver> {
  const attempts: Delivery[] = []
  const accepted: Delivery[] = []
  const receiver = {
    answers: [{ status: 200 }] as WebhookReceiver['answers'],
    hold: undefined as Promise<void> | undefined,
  }
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request))
    const delivery = { id: request.headers['idempotency-key']?.toString(), headers: request.headers, body }
    const [answer = { status: 200 }] = receiver.answers
    if (receiver.answers.length > 1) receiver.answers.shift()
    attempts.push(delivery)
    await receiver.hold
    if (request.destroyed && response.destroyed) return
    if (answer.status < 300) accepted.push(delivery)
    response.writeHead(answer.status, answer.headers).end()
  })
  const running = await onLoopback(server)
  return Object.assign(receiver, running, {
    url: `${running.url}/hook`,
    attempts,
    accepted,
  })
}

/** The query app as far as a count goes: the same HTTP, figures as told. */
export interface CountingQuery extends OnLoopback {
  /** Events the query text has; anything not named has none. */
  readonly counts: Map<string, number>
  /** Per query text: counts by group. */
  readonly groups: Map<string, Map<string, number>>
  /** Answer with this error instead. */
  failure: { status: number; code: string; message: string } | undefined
  /** Answers, as they are when they are asked for, go out when it resolves. */
  hold: Promise<void> | undefined
  readonly asked: URLSearchParams[]
}

export async function countingQuery(token: string): Promise<CountingQuery> {
  const query = {
    counts: new Map<string, number>(),
    groups: new Map<string, Map<string, number>>(),
    failure: undefined as CountingQuery['failure'],
    hold: undefined as Promise<void> | undefined,
    asked: [] as URLSearchParams[],
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost')
    const send = async (status: number, body: unknown) => {
      const text = JSON.stringify(body)
      await query.hold
      response.writeHead(status, { 'content-type': 'application/json' }).end(text)
    }
    if (request.headers['x-heartwood-internal'] !== token)
      return send(401, { error: { code: 'unauthenticated', message: 'who are you?' } })
    if (query.failure !== undefined) return send(query.failure.status, { error: query.failure })
    query.asked.push(url.searchParams)
    const text = url.searchParams.get('query') ?? ''
    if (url.pathname === '/api/v1/search') return send(200, searchAnswer(query.counts.get(text) ?? 0))
    if (url.pathname === '/api/v1/aggregate')
      return send(200, aggregateAnswer(query.groups.get(text) ?? new Map()))
    return send(404, { error: { code: 'unknown_path', message: 'no such path' } })
  })
  return Object.assign(query, await onLoopback(server))
}

function searchAnswer(total: number): SearchOutput {
  const log = {
    id: 'b-0',
    '@timestamp': '2026-01-02T03:04:05.000Z',
    observed_at: '2026-01-02T03:04:05.000Z',
    level: 'error' as const,
    severity_number: 17,
    service: 'checkout',
    message: 'no bread \0 today',
    source: 'json',
    weight: 1,
    flags: [],
    attributes: {},
    resource: {},
  }
  return {
    total,
    total_relation: 'eq',
    logs: total > 0 ? [log] : [],
    next_cursor: null,
    read: { rows: 0, bytes: 0, segments: 0 },
    took_ms: 1,
  }
}

function aggregateAnswer(groups: ReadonlyMap<string, number>): AggregateOutput {
  const top = [...groups].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
  const total = top.reduce((sum, { count }) => sum + count, 0)
  return {
    from_time: '2026-03-01T00:00:00Z',
    to_time: '2026-03-02T00:00:00Z',
    total,
    interval_ms: 86_400_000,
    by: 'service',
    top,
    buckets: [],
    read: { rows: 0, bytes: 0, segments: 0 },
    took_ms: 1,
  }
}
