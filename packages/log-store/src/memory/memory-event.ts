import type { AttributeValue, LogEvent, Scalar } from '@heartwood/event'

/** The event with lone surrogates, which UTF-8 cannot say, as U+FFFD: what any store on disk gives back. */
export function wellFormedEvent(event: LogEvent): LogEvent {
  return isWellFormed(event) ? event : mapStrings(event)
}

function isWellFormed(event: LogEvent): boolean {
  for (const value of Object.values(event))
    if (typeof value === 'string' && !value.isWellFormed()) return false
  return [event.attributes, event.resource].every((values) =>
    Object.entries(values).every(
      ([key, value]) =>
        key.isWellFormed() && [value].flat().every((one) => typeof one !== 'string' || one.isWellFormed()),
    ),
  )
}

function mapStrings(event: LogEvent): LogEvent {
  const fixed = (text: string | undefined) => text?.toWellFormed()
  return {
    ...event,
    id: event.id.toWellFormed(),
    service: fixed(event.service),
    hostname: fixed(event.hostname),
    namespace: fixed(event.namespace),
    pod: fixed(event.pod),
    environment: fixed(event.environment),
    message: event.message.toWellFormed(),
    trace_id: fixed(event.trace_id),
    span_id: fixed(event.span_id),
    request_id: fixed(event.request_id),
    source: event.source.toWellFormed(),
    raw: fixed(event.raw),
    rest: fixed(event.rest),
    attributes: wellFormedValues(event.attributes),
    resource: wellFormedValues(event.resource),
  }
}

function wellFormedValues(values: Readonly<Record<string, AttributeValue>>): Record<string, AttributeValue> {
  const fixed: Record<string, AttributeValue> = Object.create(null)
  for (const [key, value] of Object.entries(values)) {
    fixed[key.toWellFormed()] =
      typeof value === 'object' ? value.map(wellFormedScalar) : wellFormedScalar(value)
  }
  return fixed
}

function wellFormedScalar(value: Scalar): Scalar {
  return typeof value === 'string' ? value.toWellFormed() : value
}
