import { type Answer, call, type Span, say } from '../trip.ts'

export interface PageRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
}

/** Mistakes of shoppers, not of the shop. */
const REFUSALS: Readonly<Record<string, number>> = { 'wrong password': 401, 'card declined': 402 }

export interface PageAnswer extends Answer {
  readonly status: number
}

/** Node, pino. Renders a page from what the other services say. */
export function servePage(
  gateway: Span,
  at: number,
  limit: number,
  { method, path }: PageRequest,
  render: (span: Span) => Answer,
): PageAnswer {
  const answer = call(gateway.trip, 'web', at, limit, (span) => {
    const { random, shopper } = span.trip
    const rendered = render(span)
    const end = rendered.end + random.duration(7)
    const status = statusOf(rendered.failure)
    const fields = { 'req.method': method, 'req.url': path, 'res.statusCode': status, userId: shopper.userId }
    const timed = { ...fields, responseTime: end - span.at }
    if (status < 500) {
      say(span, 'web', end, status < 400 ? 'info' : 'warn', 'web', 'request completed', { fields: timed })
    } else {
      const stack = [`Error: ${rendered.failure}`, '    at render (/app/dist/pages.js:118:11)']
      say(span, 'web', end, 'error', 'web', `request failed: ${rendered.failure}`, { fields: timed, stack })
    }
    return { end, ...(rendered.failure !== undefined && { failure: rendered.failure }) }
  })
  const late = answer.failure?.startsWith('no answer from web') === true
  return { ...answer, status: late ? 504 : statusOf(answer.failure) }
}

function statusOf(failure: string | undefined): number {
  if (failure === undefined) return 200
  return REFUSALS[failure] ?? 503
}
