import type { AppEntry } from '../shop/entry.ts'
import type { Written } from './document.ts'

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const

/** Node's pino: numeric levels, epoch milliseconds. */
export function pino({ at, level, logger, message, fields, stack, span }: AppEntry): Written {
  return {
    level: LEVELS[level],
    time: at,
    pid: 1,
    name: logger,
    ...(span && { request_id: span.requestId, trace_id: span.traceId, span_id: span.spanId }),
    ...fields,
    ...(stack && { 'err.stack': stack.join('\n') }),
    msg: message,
  }
}
