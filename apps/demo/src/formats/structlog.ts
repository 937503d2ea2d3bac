import type { AppEntry } from '../shop/entry.ts'
import type { Written } from './document.ts'

/** Python's structlog as JSON: the message is called event. */
export function structlog({ at, level, logger, message, fields, span }: AppEntry): Written {
  return {
    event: message,
    level: level === 'warn' ? 'warning' : level,
    logger,
    timestamp: new Date(at).toISOString(),
    ...(span && { request_id: span.requestId, trace_id: span.traceId, span_id: span.spanId }),
    ...fields,
  }
}
