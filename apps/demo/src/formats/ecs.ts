import type { AppEntry } from '../shop/entry.ts'
import type { Written } from './document.ts'

/** Java with the Elastic Common Schema. */
export function ecs({ at, level, logger, message, fields, stack, span }: AppEntry): Written {
  return {
    '@timestamp': new Date(at).toISOString(),
    'log.level': level.toUpperCase(),
    'log.logger': logger,
    message,
    ...(span && {
      'trace.id': span.traceId,
      'span.id': span.spanId,
      'http.request.id': span.requestId,
    }),
    ...fields,
    ...(stack && { 'error.stack_trace': stack.join('\n') }),
  }
}
