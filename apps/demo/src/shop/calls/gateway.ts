import { type Answer, type Span, spanOf, type Trip } from '../trip.ts'
import { type PageRequest, servePage } from './web.ts'

const LIMIT_MILLIS = 9_500

/** nginx. Where a trip begins and is answered. */
export function enterShop(
  trip: Trip,
  at: number,
  request: PageRequest,
  render: (span: Span) => Answer,
): void {
  const span = spanOf(trip, 'gateway', at)
  const { end, status } = servePage(span, at, LIMIT_MILLIS, request, render)
  const { client, userId: user, agent } = trip.shopper
  const common = { service: 'gateway', client, span: span.ids, ...request } as const
  if (status >= 500) {
    const message =
      status === 504
        ? 'upstream timed out (110: Connection timed out) while reading response header from upstream'
        : 'upstream sent 503 (service unavailable) while reading response header from upstream'
    trip.log({ kind: 'proxy-error', at: end, message, ...common })
  }
  const bytes = status < 400 ? trip.random.whole(900, 48_000) : 157
  trip.log({ kind: 'access', at: end, user, status, bytes, millis: end - at, agent, ...common })
}

/** Pictures, styles and scripts, which the gateway has itself. */
export function serveFile(trip: Trip, at: number, path: string): void {
  const span = spanOf(trip, 'gateway', at)
  const { client, userId: user, agent } = trip.shopper
  const missing = trip.random.chance(0.004)
  trip.log({
    kind: 'access',
    at: at + 1,
    service: 'gateway',
    method: 'GET',
    path,
    status: missing ? 404 : 200,
    bytes: missing ? 153 : trip.random.whole(2_000, 180_000),
    millis: 1,
    client,
    user,
    agent,
    span: span.ids,
  })
}
