import { integer, pick, seededRandom, zipf } from './random.ts'
import type { Workload } from './workload.ts'

export interface GeneratedEvent {
  readonly service: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly hostname: string
  readonly message: string
  /** Lines of text have no fields: no status and no duration. */
  readonly hasFields: boolean
  readonly status: number
  readonly durationMillis: number
  readonly userId: string
  readonly path: string
  readonly isTraced: boolean
}

const SERVICES = ['checkout', 'payments', 'gateway', 'inventory', 'search', 'mailer', 'ledger', 'profile']
const NOUNS = ['orders', 'carts', 'items', 'invoices', 'sessions', 'shipments', 'coupons', 'refunds']
const BROWSERS = ['Firefox', 'Chrome', 'Safari', 'Edge']
const OUTCOMES = ['authorized', 'captured', 'declined', 'refunded']
const UPSTREAM = ['Upstream', 'upstream', 'UPSTREAM']
const STATUSES = [200, 200, 200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 404, 404, 429, 500, 502, 503]

/**
 * The events of a workload, those of the first body first: of many services, few of them busy; six kinds of messages;
 * one event in twenty an error. The same for the same seed. A body of text is of one service.
 */
export function generateEvents(workload: Workload): GeneratedEvent[] {
  const next = eventSource(workload, seededRandom(workload.seed))
  const events = Array.from({ length: workload.bodies * workload.eventsPerBody }, next)
  if (workload.format === 'json') return events
  return events.map((event, index) => ({
    ...event,
    service: events[index - (index % workload.eventsPerBody)]?.service ?? event.service,
    hasFields: false,
  }))
}

/** The name of the service that is the n-th busiest, from 0. */
export function serviceName(rank: number): string {
  return `${SERVICES[rank % SERVICES.length]}-${rank}`
}

function eventSource(
  workload: Pick<Workload, 'services' | 'escapes' | 'traces'>,
  random: () => number,
): () => GeneratedEvent {
  const rank = zipf(random, workload.services)
  return () => {
    const status = pick(random, STATUSES)
    const durationMillis = Math.round(random() ** 4 * 30_000) / 10
    const path = `/api/v2/${pick(random, NOUNS)}/${integer(random, 1_000_000)}`
    const plain = message(random, status, durationMillis, path)
    return {
      service: serviceName(rank()),
      level: level(random()),
      hostname: `node-${integer(random, 60)}.eu-west-1.internal`,
      message: random() < workload.escapes ? withEscapes(random, plain) : plain,
      hasFields: true,
      status,
      durationMillis,
      userId: `u-${integer(random, 100_000)}`,
      path,
      isTraced: random() < workload.traces,
    }
  }
}
function level(share: number): GeneratedEvent['level'] {
  if (share < 0.05) return 'error'
  if (share < 0.15) return 'warn'
  return share < 0.35 ? 'debug' : 'info'
}

function message(random: () => number, status: number, millis: number, path: string): string {
  const n = integer(random, 10_000_000)
  if (random() < 0.01) return `no answer from ${pick(random, UPSTREAM)} for ${path} after ${millis} ms`
  switch (integer(random, 6)) {
    case 0:
      return `GET ${path} answered ${status} in ${millis} ms`
    case 1:
      return `payment ${n} of ${integer(random, 90_000) / 100} EUR ${pick(random, OUTCOMES)} by provider ${n % 7}`
    case 2:
      return `cache miss for ${pick(random, NOUNS)}:${n}, fetched ${integer(random, 65_536)} bytes`
    case 3:
      return `connection to 10.2.${n % 256}.${integer(random, 256)}:5432 reset by peer, attempt ${1 + (n % 5)}`
    case 4:
      return `user ${n} signed in from 10.${n % 256}.${integer(random, 256)}.7 with ${pick(random, BROWSERS)}`
    default:
      return `job ${pick(random, NOUNS)}-${n} finished: ${integer(random, 50_000)} rows in ${millis} ms`
  }
}

function withEscapes(random: () => number, text: string): string {
  const at = text.indexOf(' ') + 1
  const quoted = `${text.slice(0, at)}"${text.slice(at)}"`
  return random() < 0.5 ? quoted : `${quoted}\n\tat C:\\app\\${pick(random, NOUNS)}.dll`
}
