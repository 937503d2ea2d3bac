import type { AppEntry } from '../shop/entry.ts'
import type { Written } from './document.ts'

/** Go's zap in production: epoch seconds with a fraction. */
export function zap({ at, level, logger, message, fields, span }: AppEntry): Written {
  return {
    level,
    ts: at / 1_000,
    caller: logger,
    msg: message,
    ...(span && { request_id: span.requestId, trace_id: span.traceId, span_id: span.spanId }),
    ...fields,
  }
}
