import type { AppEntry } from '../shop/entry.ts'

const LEVELS = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR', fatal: 'CRITICAL' } as const

/** Python's logging with its usual time, the traceback below. */
export function pythonLogging({ at, level, logger, message, stack, span }: AppEntry): string {
  const time = new Date(at).toISOString().slice(0, 23).replace('T', ' ').replace('.', ',')
  const ids = span === undefined ? '' : ` [trace_id=${span.traceId} span_id=${span.spanId}]`
  return [`${time} ${LEVELS[level]} ${logger}: ${message}${ids}`, ...(stack ?? [])].join('\n')
}
