import type { AppEntry } from '../shop/entry.ts'

/** Go's slog and logrus: key=value. */
export function logfmt({ at, level, logger, message, fields, span }: AppEntry): string {
  const pairs = {
    time: new Date(at).toISOString(),
    level: level.toUpperCase(),
    msg: message,
    component: logger,
    ...(span && { trace_id: span.traceId, span_id: span.spanId, request_id: span.requestId }),
    ...fields,
  }
  return Object.entries(pairs)
    .map(([key, value]) => `${key}=${quoted(String(value))}`)
    .join(' ')
}

function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}
