import { isoFromNanos, type Nanos, type RecordHeader } from '@heartwood/event'
import { AUDIT_ACTIONS, type AuditEvent } from './audit-event.ts'

/** Which process says it. */
export interface Origin {
  /** `query`; `heartwood` is what starts the others. */
  readonly app: string
  /** Of several of an app in a cluster. */
  readonly instance?: string | undefined
  readonly hostname: string
  readonly pid: number
  readonly version: string
}

/** A record of the queue with one audit event in it, as a client would have sent it. */
export interface AuditRecord {
  readonly header: RecordHeader
  readonly body: Uint8Array
}

/** Of a message for people; the whole query stands beside it. */
const MAX_MESSAGE = 500

/**
 * The event as a log in ECS's names, one JSON line: what is stored, and what other programs find in Kafka.
 * @param id names the event; the same event under the same id is there once
 */
export function auditRecord(event: AuditEvent, origin: Origin, id: string, time: Nanos): AuditRecord {
  const body = new TextEncoder().encode(`${JSON.stringify(logOf(event, origin, time))}\n`)
  return {
    header: {
      version: 1,
      door: 'json',
      framing: 'ndjson',
      encoding: 'identity',
      received_at: String(time),
      batch_id: id,
      client_batch: true,
      defaults: {},
      records: 1,
      refused: [],
      bytes: body.byteLength,
    },
    body,
  }
}

function logOf(event: AuditEvent, origin: Origin, time: Nanos): Record<string, unknown> {
  const { action, outcome, actor } = event
  const { category, type } = AUDIT_ACTIONS[action]
  return {
    '@timestamp': isoFromNanos(time),
    level: event.isWarning === true || outcome === 'failure' ? 'warn' : 'info',
    service: 'heartwood',
    hostname: origin.hostname,
    message: event.message.slice(0, MAX_MESSAGE),
    request_id: event.requestId,
    trace_id: event.traceId,
    'event.kind': 'event',
    'event.dataset': 'heartwood.audit',
    'event.action': action,
    'event.category': category,
    'event.type': type,
    'event.outcome': outcome,
    'user.name': actor?.user ?? 'heartwood',
    'heartwood.authentication': actor?.authentication,
    'heartwood.token_fingerprint': actor?.token_fingerprint,
    'client.address': actor?.address,
    'http.request.header.x-forwarded-for': actor?.forwarded_for,
    'user_agent.original': actor?.user_agent,
    'heartwood.app': origin.app,
    'heartwood.instance': origin.instance,
    'process.pid': origin.pid,
    'service.version': origin.version,
    ...event.attributes,
  }
}
