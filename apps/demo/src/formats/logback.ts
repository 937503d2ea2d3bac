import type { AppEntry } from '../shop/entry.ts'

/** Java's logback as Spring sets it up, the stack trace below. */
export function logback({ at, level, logger, message, stack, span }: AppEntry): string {
  const ids = span === undefined ? '' : ` [trace_id=${span.traceId} span_id=${span.spanId}]`
  const word = (level === 'fatal' ? 'error' : level).toUpperCase().padStart(5)
  const thread = `nio-8080-exec-${1 + (at % 12)}`
  return [
    `${new Date(at).toISOString()} ${word} 1 --- [${thread}] ${logger} : ${message}${ids}`,
    ...(stack ?? []),
  ].join('\n')
}
