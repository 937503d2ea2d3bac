import { type AttributeValue, exactIntegers, flagNames, isoFromNanos, type LogEvent } from '@heartwood/event'
import type { AttributeJson, LogJson } from './schemas.ts'

/**
 * An event as the API writes it. Integers past 2^53 stay bigint: write the answer with `exactJson` (or send it through
 * `exactTransformer`), not with JSON.stringify.
 */
export function toLogJson(event: LogEvent): LogJson {
  return {
    id: event.id,
    '@timestamp': isoFromNanos(event.timestamp),
    observed_at: isoFromNanos(event.observed_at),
    level: event.level,
    severity_number: event.severity_number,
    service: event.service,
    hostname: event.hostname,
    namespace: event.namespace,
    pod: event.pod,
    environment: event.environment,
    message: event.message,
    trace_id: event.trace_id,
    span_id: event.span_id,
    request_id: event.request_id,
    source: event.source,
    weight: event.weight,
    raw: event.raw,
    flags: flagNames(event.flags),
    attributes: writable(event.attributes),
    resource: writable(event.resource),
    rest: restOf(event.rest),
  }
}

/** The same values under a null prototype, because keys come from senders and `__proto__` is one of them. */
function writable(values: Readonly<Record<string, AttributeValue>>): Record<string, AttributeJson> {
  const copy: Record<string, AttributeJson> = Object.create(null)
  for (const key of Object.keys(values)) {
    const value = values[key]
    if (value !== undefined) copy[key] = isList(value) ? [...value] : value
  }
  return copy
}

function isList(value: AttributeValue): value is Extract<AttributeValue, readonly unknown[]> {
  return Array.isArray(value)
}

function restOf(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined
  const parsed: unknown = /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text)
  return isRecord(parsed) ? parsed : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
