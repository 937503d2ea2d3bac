import { exactJson, isoFromNanos, levelOfSeverity } from '@heartwood/event'
import { isJsonObject, type JsonObject, type JsonValue } from '../framing/index.ts'
import type { LogRecord, Origin } from './log-record.ts'

/** What an event is written from: its message, where the record has one of its own, and everything else. */
export interface EventObject {
  readonly message: string | undefined
  readonly object: JsonObject
}

/**
 * A log record as the object that a JSON sender would have sent: everything by the names that the pipeline and other senders
 * have for it. Of one name that is in several places the nearest to the record wins: its own fields, its attributes, a body that is
 * an object, the scope, the resource.
 */
export function eventObject({ resource, scope }: Origin, record: LogRecord): EventObject {
  const object: Record<string, JsonValue> = Object.assign(Object.create(null), resource, scope.attributes)
  put(object, 'otel.scope.name', scope.name)
  put(object, 'otel.scope.version', scope.version)
  const { body } = record
  if (isJsonObject(body)) Object.assign(object, body)
  Object.assign(object, record.attributes)
  putTime(object, record)
  if (record.severityNumber !== 0) object.severity_number = record.severityNumber
  if (!saysTheSame(record)) put(object, 'severity_text', record.severityText)
  put(object, 'trace_id', idOf(record.traceId))
  put(object, 'span_id', idOf(record.spanId))
  put(object, 'event.name', record.eventName)
  if ((record.flags & 0xff) !== 0) object.trace_flags = record.flags & 0xff
  if (record.droppedAttributes !== 0) object.dropped_attributes_count = record.droppedAttributes
  return { message: messageOf(body), object }
}

/** Where the source gave no time there is the one at which it was read, which ECS has another name for: the text may know better. */
function putTime(object: Record<string, JsonValue>, { time, observedTime }: LogRecord): void {
  if (time !== 0n) object['@timestamp'] = time
  else if (observedTime !== 0n) object['event.created'] ??= isoFromNanos(observedTime)
}

/** Undefined where an object has it, by whatever name. */
function messageOf(body: JsonValue | undefined): string | undefined {
  if (body === undefined || body === null || isJsonObject(body)) return undefined
  return typeof body === 'string' ? body : exactJson(body)
}

/** `INFO` beside 9 says nothing more. */
function saysTheSame({ severityNumber, severityText }: LogRecord): boolean {
  const word = severityText.toLowerCase()
  return (
    word === levelOfSeverity(severityNumber) ||
    (word === 'warning' && levelOfSeverity(severityNumber) === 'warn')
  )
}

/** All zeros mean that there is none. */
function idOf(hex: string): string {
  return /^0*$/.test(hex) ? '' : hex
}

function put(object: Record<string, JsonValue>, name: string, value: string): void {
  if (value !== '') object[name] = value
}
