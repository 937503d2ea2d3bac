import type { AppEntry } from '../shop/entry.ts'
import type { Written } from './document.ts'

/** Node's winston with a timestamp and JSON. */
export function winston({ at, level, logger, message, fields, span }: AppEntry): Written {
  return {
    level,
    message,
    timestamp: new Date(at).toISOString(),
    module: logger,
    ...(span && { requestId: span.requestId, traceId: span.traceId, spanId: span.spanId }),
    ...fields,
  }
}
